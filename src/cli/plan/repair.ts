/** `repair`: fixes the state after a run that was killed. Writes nothing to Bitbucket. */

import { Command } from "commander";
import colors from "picocolors";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";
import { readText } from "../../live";
import { describeHowToAdopt } from "../../model/adoption";
import { isAdoptionForAll } from "../../provider/adoptionForAll";
import { managerOf } from "../../provider/declaredProvider";
import { Lifecycle } from "../../provider/lifecycle";
import { describeHolders, endedHolder } from "../../pulumi/lock";
import type { RepairFinding } from "../../repair/examine";
import { type Lock, type RepairFindings, type RepairOutcome, runRepair } from "../../repair/run";
import { tellAccount } from "../shared/account";
import { checkAnswerable, confirm } from "../shared/ask";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { withProgress } from "../shared/progress";
import { findProject, readConfig } from "../shared/project";
import { repositoryFilesOnce } from "../shared/repositoryFiles";

interface RepairCommandOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

export function createRepairCommand(): Command {
  const command = new Command("repair")
    .description(
      "Recover from an interrupted run: release the lock and update the state. Changes nothing in Bitbucket",
    )
    .argument("<stack>", "the stack's name, or one shard of it: acme, acme.PLAT")
    .option("-y, --yes", "skip the confirmation prompts")
    .option("--dry-run", "show what would be done; does not check locks")
    .option("-v, --verbose", "show every resource")
    .option("--json", "print the outcome as JSON")
    .action(repair);
  return addExamples(command, [
    "npx bitbucket-as-code repair acme --dry-run",
    "npx bitbucket-as-code repair acme --yes && npx bitbucket-as-code up acme",
  ]);
}

async function repair(stack: string, options: RepairCommandOptions): Promise<void> {
  checkAnswerable(options.yes || options.dryRun);
  const { root } = findProject();
  await useEngine();
  const config = readConfig(root, stack);
  const outcome = await withClient({ config, summary: true }, ({ client, reader }) =>
    withProgress("resources", client, (shown) =>
      runRepair({
        root,
        stack,
        manager: () => managerOf(root, config),
        reader,
        repositoryFiles: repositoryFilesOnce(root, stack, { client, reader }),
        lifecycle: new Lifecycle(client, reader, { adoptAll: isAdoptionForAll(environment(), config) }),
        readBitbucket: (path) => readText(client, path),
        consent: (found) => {
          shown.stop();
          return consent(found, options);
        },
        unlock: (lock) => unlock(lock, options),
        listener: {
          begin: (workspace) => tellAccount(client, workspace, options),
          expect: shown.expect,
          done: () => shown.done(),
        },
      }),
    ),
  );
  if (options.json) printOutput("repair", outcome);
  else process.stdout.write(`${closingText(outcome, stack)}\n`);
  if (count(outcome, "unreadable") + count(outcome, "differs") > 0) process.exitCode = 1;
}

async function consent(found: RepairFindings, options: RepairCommandOptions): Promise<boolean> {
  if (!options.json) process.stdout.write(findingsText(found, options.verbose === true));
  if (options.dryRun) return false;
  const edits = count(found, "pending") + count(found, "added") + count(found, "gone");
  // Only an attempt to write shows whether there is a lock.
  return edits === 0 || confirm("Write this to the state?", options.yes);
}

async function unlock({ stack, said, run }: Lock, options: RepairCommandOptions): Promise<boolean> {
  const ended = run.status === "ended" ? ` ${endedHolder}` : "";
  process.stderr.write(`${stack} is locked: ${describeHolders(said)}.${ended}\n`);
  return confirm("Are you sure that no run is in progress? Release the lock?", options.yes);
}

const signs: Readonly<Record<RepairFinding["case"], string>> = {
  pending: colors.yellow("·"),
  added: colors.green("+"),
  gone: colors.red("-"),
  differs: colors.yellow("!"),
  unreadable: colors.red("?"),
};

const says: Readonly<
  Record<RepairFinding["case"], (detail: string | undefined, fixed?: readonly string[]) => string>
> = {
  pending: (detail) => `was ${detail} when the run ended: clears the pending operation`,
  added: (detail) =>
    detail
      ? `exists: add it to the state; the next up completes it (${detail})`
      : "exists: add it to the state",
  gone: () => "no longer exists: remove it from the state",
  differs: (detail, fixed = []) =>
    `exists and differs from its declaration in ${detail}: not changed. ${describeHowToAdopt(fixed, "yaml")}`,
  unreadable: (detail) => `cannot be read, and stays unchanged: ${detail}`,
};

/** Lines of one case of one shard, unless all are requested. */
const fewLines = 20;

function findingsText({ shards }: RepairFindings, verbose: boolean): string {
  const lines = shards.flatMap(({ stack, findings }) => {
    if (findings.length === 0) return [];
    const byCase = (Object.keys(signs) as RepairFinding["case"][]).flatMap((one) => {
      const all = findings.filter((finding) => finding.case === one);
      const few = verbose || one === "differs" || one === "unreadable" ? all : all.slice(0, fewLines);
      const rest = all.length - few.length;
      return [
        ...few.map(
          ({ resource, detail, fixed }) => `  ${signs[one]} ${resource} ${says[one](detail, fixed)}`,
        ),
        ...(rest > 0 ? [`  … and ${rest} more (--verbose)`] : []),
      ];
    });
    return [colors.bold(stack), ...byCase];
  });
  return lines.length > 0 ? `${lines.join("\n")}\n\n` : "";
}

function closingText(outcome: RepairOutcome, stack: string): string {
  const { held, unlocked, written } = outcome;
  const parts = [
    ...(unlocked.length > 0
      ? [`the ${unlocked.length > 1 ? "locks" : "lock"} of ${unlocked.join(", ")} released`]
      : []),
    ...(["pending", "added", "gone", "differs", "unreadable"] as const).flatMap((one) => {
      const found = count(outcome, one);
      return found > 0 ? [`${found} ${written ? words[one] : plans[one]}`] : [];
    }),
  ];
  if (parts.length === 0)
    return colors.bold(
      `Nothing to repair: ${formatCount(held, "resource is in the state and exists", "resources are in the state and exist")}.`,
    );
  const next = !written
    ? "Nothing was written."
    : count(outcome, "unreadable") > 0
      ? "What could not be read stays unchanged: resolve that, and run this again."
      : `Run "npx bitbucket-as-code up ${stack}" next.`;
  return `${colors.bold(parts.join(", "))}\n${next}`;
}

const words: Readonly<Record<RepairFinding["case"], string>> = {
  pending: "pending operations cleared",
  added: "added to the state",
  gone: "removed from the state",
  differs: "not changed",
  unreadable: "not readable",
};

const plans: typeof words = {
  ...words,
  pending: "pending operations to clear",
  added: "to add to the state",
  gone: "to remove from the state",
};

function count({ shards }: RepairFindings, one: RepairFinding["case"]): number {
  return shards.reduce(
    (sum, { findings }) => sum + findings.filter((finding) => finding.case === one).length,
    0,
  );
}
