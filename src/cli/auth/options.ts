/** The options that choose a command's credential. They take precedence over every other source. */

import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { tokenTypes } from "../../bitbucket";
import { withFlags } from "../../credentials";
import { setVariables } from "../../environment";
import { codeOf } from "../../errors";
import { addExamples } from "../shared/examples";
import { credentialGroup } from "../shared/help";
import { UsageError } from "../shared/project";

/** Commands that send no request to Bitbucket. */
const offline = ["validate", "demo", "emulator", "completion", "explain", "help"];

/** Adds the options to every command that may send requests, and applies them before it runs. */
export function addCredentialOptions(program: Command): void {
  for (const command of program.commands) if (!offline.includes(command.name())) addTo(command);
  program.hook("preAction", (_program, command) => readOptions(command));
}

/** `help options`: what every command takes that sends requests. */
export function createOptionsCommand(): Command {
  return addExamples(
    new Command("options")
      .description("Options of every command that sends requests to Bitbucket")
      .usage("")
      .action((_options: unknown, command: Command) => command.outputHelp()),
    ["npx bitbucket-as-code help options", "npx bitbucket-as-code options"],
  );
}

function addTo(command: Command): void {
  for (const child of command.commands) addTo(child);
  // init with subcommands is a command of its own.
  if (command.commands.length > 0 && command.registeredArguments.length === 0) return;
  const options = [
    new Option("--profile <name>", "the profile to use"),
    new Option("--token-file <path>", "a file with the token; - is standard input"),
    new Option("--token-type <type>", "the type of the token").choices(tokenTypes),
    new Option("--email <address>", "the address of the Atlassian account, for an API token"),
    new Option("--username <name>", "the Bitbucket user name, for git"),
    // Exists only to explain why there is no such option.
    new Option("--token <token>").hideHelp(),
  ];
  for (const option of options)
    if (!command.options.some(({ long }) => long === option.long))
      command.addOption(option.helpGroup(credentialGroup));
}

interface CredentialOptions {
  readonly profile?: string;
  readonly tokenFile?: string;
  readonly tokenType?: string;
  readonly email?: string;
  readonly username?: string;
  readonly token?: string;
}

function readOptions(command: Command): void {
  let top = command;
  while (top.parent?.parent) top = top.parent;
  if (offline.includes(top.name())) return;
  const { token, ...given } = command.opts<CredentialOptions>();
  if (token !== undefined)
    throw new UsageError(
      "There is no option for a token, because every user of this machine can see the options of a running program. Set " +
        "BITBUCKET_TOKEN, or use --token-file with a file. Revoke the token that you passed.",
    );
  const { profile, tokenFile, tokenType, email, username } = given;
  const read = tokenFile === undefined ? undefined : contentOf(tokenFile);
  // The engine and the provider that a command starts read them from there.
  setVariables(
    withFlags({
      profile,
      tokenFile,
      tokenType,
      email,
      username,
      ...(read === undefined ? {} : { token: read }),
    }),
  );
}

function contentOf(file: string): string {
  try {
    const text = readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
    if (text === "") throw new UsageError(`--token-file ${file} is empty.`);
    return text;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--token-file ${file} cannot be read (${codeOf(error) ?? "unknown"}).`);
  }
}
