/** `auth status`: lists every source of credentials, which of them wins, and where each part comes from. */

import { Command } from "commander";
import colors from "picocolors";
import { type Credentials, CredentialsError, schemeOf } from "../../bitbucket";
import {
  type CredentialLookup,
  gitUserOf,
  isCandidate,
  lookUpCredentials,
  type PieceName,
  requireCredentials,
  type SourceLookup,
} from "../../credentials";
import { environment } from "../../environment";
import { toCredentialSources } from "../../provider/configLookup";
import { findCurrentStack, findProjectHere } from "../shared/currentStack";
import { printOutput } from "../shared/output/print";
import { readConfig } from "../shared/project";

export function createAuthStatusCommand(): Command {
  return new Command("status")
    .description("Show the credential's source, and all other sources. Sends no request")
    .argument("[stack]", "the stack whose configuration is included; default: the selected one")
    .option("--json", "print it as JSON")
    .addHelpText("after", "\nExit codes: 0 a credential exists, 1 there is none or it is invalid")
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code auth status\n  npx bitbucket-as-code auth status acme --json`,
    )
    .action((stack: string | undefined, options: { json?: boolean }) => {
      const found = lookUpCredentials(toCredentialSources(environment(), configOf(stack)), true);
      const status = statusOf(found);
      if (status.problem !== undefined) process.exitCode = 1;
      if (options.json) printOutput("authStatus", status);
      else process.stdout.write(textOf(status));
    });
}

/** The configuration of a stack, if there is one. */
export function configOf(stack: string | undefined): ReturnType<typeof readConfig> {
  const project = findProjectHere();
  const name = stack ?? (project && findCurrentStack(project));
  return project && name ? readConfig(project.root, name) : () => undefined;
}

interface Status {
  readonly type?: Credentials["type"];
  readonly sentAs?: string;
  readonly gitUser?: string;
  readonly api: { readonly url: string; readonly from: string };
  readonly profile?: { readonly name: string; readonly chosenBy: string };
  readonly pieces: Readonly<Record<string, { readonly from: string; readonly value?: string }>>;
  readonly places: readonly CredentialPlace[];
  readonly notes: readonly string[];
  readonly problem?: string;
}

interface CredentialPlace {
  readonly place: string;
  readonly state: "wins" | "shadowed" | "has no token" | "nothing" | "not checked";
  /** The parts it has, and where they come from. */
  readonly has: readonly string[];
  readonly problem?: string;
}

const words: Readonly<Record<PieceName, string>> = {
  token: "token",
  tokenType: "type",
  email: "e-mail address",
  username: "user name",
  oauthClientId: "OAuth client id",
  oauthClientSecret: "OAuth client secret",
};

/** Parts that are not secret. */
const open: readonly PieceName[] = ["tokenType", "email", "username", "oauthClientId"];

function statusOf(found: CredentialLookup): Status {
  const { credentials, problem } = attempt(found);
  const username = found.given.username?.text;
  return {
    ...(credentials
      ? {
          type: credentials.type,
          sentAs: schemeOf(credentials),
          gitUser: gitUserOf({ credentials, username: username?.includes("@") ? undefined : username }),
        }
      : {}),
    api: { url: found.api.text, from: found.api.from },
    ...(found.profile ? { profile: { name: found.profile.name, chosenBy: found.profile.chosenBy } } : {}),
    pieces: Object.fromEntries(
      Object.entries(found.pieces).map(([name, { from }]) => {
        const value = open.includes(name as PieceName) ? found.given[name as PieceName]?.text : undefined;
        return [name, { from, ...(value === undefined ? {} : { value }) }];
      }),
    ),
    places: found.looked.map((looked) => placeOf(looked, found)),
    notes: found.winner?.notes ?? [],
    ...(problem === undefined ? {} : { problem }),
  };
}

function attempt(found: CredentialLookup): { credentials?: Credentials; problem?: string } {
  try {
    return { credentials: requireCredentials(found) };
  } catch (error) {
    if (error instanceof CredentialsError) return { problem: error.message };
    throw error;
  }
}

function placeOf(looked: SourceLookup, { winner }: CredentialLookup): CredentialPlace {
  const has = Object.entries(looked.pieces).map(
    ([name, piece]) => `${words[name as PieceName]}: ${piece?.from ?? ""}`,
  );
  const state =
    looked === winner
      ? "wins"
      : isCandidate(looked)
        ? "shadowed"
        : looked.problem
          ? "not checked"
          : has.length > 0
            ? "has no token"
            : "nothing";
  return {
    place: looked.source.title,
    state,
    has,
    ...(looked.problem ? { problem: looked.problem } : {}),
  };
}

function textOf(status: Status): string {
  const lines: string[] = [];
  if (status.type) {
    lines.push(colors.bold(`A credential of the type ${status.type}, sent as ${status.sentAs}`));
    for (const [name, { from, value }] of Object.entries(status.pieces))
      lines.push(
        `  ${words[name as PieceName].padEnd(20)} ${value === undefined ? "" : `${value}, `}from ${from}`,
      );
    lines.push(`  ${"user name for git".padEnd(20)} ${status.gitUser}`);
  }
  lines.push(`  ${"API".padEnd(20)} ${status.api.url}, from ${status.api.from}`);
  if (status.profile)
    lines.push(`  ${"profile".padEnd(20)} ${status.profile.name}, set by ${status.profile.chosenBy}`);
  lines.push("", "Sources, in this order:");
  for (const [index, { place, state, has, problem }] of status.places.entries()) {
    const mark = state === "wins" ? colors.green("✓") : state === "shadowed" ? colors.yellow("○") : " ";
    lines.push(`  ${mark} ${index + 1}. ${place}: ${problem ? `could not be checked: ${problem}` : state}`);
    if (state !== "nothing") lines.push(...has.map((one) => colors.dim(`         ${one}`)));
  }
  for (const note of status.notes) lines.push("", `Note: ${note}`);
  if (status.problem) lines.push("", colors.red(status.problem));
  else lines.push("", colors.dim('"npx bitbucket-as-code doctor" asks Bitbucket whether it works.'));
  return `${lines.join("\n")}\n`;
}
