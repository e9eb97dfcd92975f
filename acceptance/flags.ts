/** The command line of an acceptance run. */
import { parseArgs } from "node:util";
import { cases } from "./operations";
import { probes } from "./probes";

export const help = `npm run test:acceptance -- --workspace <slug> [options]

Runs every kind and every probe against a workspace of Bitbucket Cloud that was marked for it (docs/contributing/acceptance.md).
The credential comes from the environment, as everywhere: BITBUCKET_EMAIL and BITBUCKET_TOKEN.

  --workspace <slug>     the workspace; it must hold the marker project
  --emulator             run on an emulator of its own instead: no credential, no workspace
  --kinds <names>        these kinds only, separated by commas: Webhook,Runner
  --probes <ids>         these probes only, separated by commas, or none
  --user <uuid>          another member, who gets and loses permissions in the run's own repositories
  --group <slug>         a group, for the same
  --most-requests <n>    stop and clean up after so many requests (default: 900)
  --engine               apply a small stack with a real Pulumi engine as well: minutes
  --record               keep the shapes of the answers in acceptance/shapes: names and types, never values
  --clean                only delete what earlier runs left
  --output <folder>      write the results there instead of into this project`;

export class FlagError extends Error {}

export interface Flags {
  readonly workspace: string | undefined;
  readonly emulator: boolean;
  readonly cases: typeof cases;
  readonly probes: typeof probes;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly maxRequests: number;
  readonly engine: boolean;
  readonly record: boolean;
  readonly clean: boolean;
  readonly output: string | undefined;
  readonly help: boolean;
}

/** @throws {FlagError} that says what is invalid. */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArguments(args);
  const mostRequests = Number(values["most-requests"] ?? 900);
  if (!Number.isInteger(mostRequests) || mostRequests < 1)
    throw new FlagError(`--most-requests ${values["most-requests"]}: it takes a whole number above 0.`);
  const emulator = values.emulator ?? false;
  if (values.workspace === undefined && !emulator && !values.help)
    throw new FlagError(
      "--workspace is required: the slug of a workspace that was marked for acceptance runs.",
    );
  if (values.user !== undefined && !/^\{[0-9a-f-]{36}\}$/i.test(values.user))
    throw new FlagError(`--user ${values.user}: it takes a UUID with braces.`);
  return {
    workspace: values.workspace,
    emulator,
    cases: select(values.kinds, "--kinds", cases, ({ kind }) => kind.name),
    probes: select(values.probes, "--probes", probes, ({ id }) => id),
    user: values.user,
    group: values.group,
    maxRequests: mostRequests,
    engine: values.engine ?? false,
    record: values.record ?? false,
    clean: values.clean ?? false,
    output: values.output,
    help: values.help ?? false,
  };
}

function parseArguments(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        workspace: text,
        emulator: flag,
        kinds: text,
        probes: text,
        user: text,
        group: text,
        "most-requests": text,
        engine: flag,
        record: flag,
        clean: flag,
        output: text,
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new FlagError(error instanceof Error ? error.message : String(error));
  }
}

function select<Item>(
  text: string | undefined,
  flag: string,
  all: readonly Item[],
  name: (item: Item) => string,
): readonly Item[] {
  if (text === undefined) return all;
  if (text === "none") return [];
  const names = text.split(",").map((one) => one.trim());
  const unknown = names.filter((one) => !all.some((item) => name(item) === one));
  if (unknown.length > 0)
    throw new FlagError(
      `${flag} ${unknown.join(",")}: not known. There are: ${[...new Set(all.map(name))].join(", ")}.`,
    );
  return all.filter((item) => names.includes(name(item)));
}
