/** `auth scopes`: the smallest set of scopes for a stack, ready to tick where a credential is made. */

import { Command, Option } from "commander";
import colors from "picocolors";
import { allows, apiTokensPage, type Credentials, whereToTick } from "../../bitbucket";
import { flagsIn, lookUp } from "../../credentials";
import { loadStack } from "../../desired";
import { environment } from "../../environment";
import { type Needed, type Purpose, purposes, scopesOfStack } from "../../plan";
import { sourcesFrom } from "../../provider/session";
import { currentStack, projectHere } from "../shared/currentStack";
import { stackFile, UsageError } from "../shared/project";
import { configOf } from "./status";

interface Options {
  readonly for: Purpose;
  readonly plain?: boolean;
  readonly json?: boolean;
}

export function authScopesCommand(): Command {
  return new Command("scopes")
    .description("Print the smallest set of scopes for a stack. No request is made")
    .argument("[stack]", "the stack's name, or the path of its file; default: the selected one")
    .addOption(
      new Option("--for <what>", "what the credential shall be able to do")
        .choices(purposes)
        .default("apply"),
    )
    .option("--plain", "one scope a line, and nothing else")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nThe names are those of the credential that counts: --token-type workspace, say, gives those of access tokens." +
        "\nAll scopes: docs/scopes.md",
    )
    .addHelpText(
      "after",
      `\nExamples:\n  bitbucket-as-code auth scopes acme\n  bitbucket-as-code auth scopes acme --for preview --plain`,
    )
    .action(async (stack: string | undefined, options: Options) => {
      const name = stack ?? named();
      const { resources } = await loadStack(stackFile(name));
      const type = typeOf(name);
      const scopes = scopesOfStack({ resources }, options.for, type);
      const removal =
        options.for === "apply"
          ? beyond(scopesOfStack({ resources }, "destroy", type).needed, scopes.needed)
          : [];
      if (options.json)
        process.stdout.write(
          `${JSON.stringify({ stack: name, for: options.for, type, ...scopes, removal }, null, 2)}\n`,
        );
      else if (options.plain) process.stdout.write(scopes.needed.map(({ scope }) => `${scope}\n`).join(""));
      else {
        const title = `To ${options.for} ${name} (${resources.length} resources), ${nounOf(type)} needs:`;
        process.stdout.write(text(title, type, scopes, removal));
      }
    });
}

function named(): string {
  const project = projectHere();
  const name = project && currentStack(project);
  if (name) return name;
  throw new UsageError("Which stack? Name it: bitbucket-as-code auth scopes <stack>");
}

/** The type of the credential that counts; a user's API token where there is none, or it does not say. */
function typeOf(stack: string): Credentials["type"] {
  const flag = flagsIn(environment()).tokenType;
  const { given } = flag ? { given: undefined } : lookUp(sourcesFrom(environment(), configOf(stack)));
  const type = flag ?? given?.tokenType?.text;
  if (type === "repository" || type === "project" || type === "workspace" || type === "oauth") return type;
  return given?.oauthClientSecret ? "oauth-client" : "api-token";
}

function beyond(more: readonly Needed[], less: readonly Needed[]): readonly Needed[] {
  return more.filter(({ scope }) => !less.some((one) => one.scope === scope));
}

function nounOf(type: Credentials["type"]): string {
  if (type === "api-token") return "an API token";
  return type.startsWith("oauth") ? "an OAuth consumer" : `an access token of a ${type}`;
}

function text(
  title: string,
  type: Credentials["type"],
  { needed, recommended, refused }: ReturnType<typeof scopesOfStack>,
  removal: readonly Needed[],
): string {
  const width = Math.max(0, ...[...needed, ...recommended, ...removal].map(({ scope }) => scope.length));
  const row = ({ scope }: Needed) => `  [ ] ${scope.padEnd(width)}  ${colors.dim(allows(scope))}`;
  const why = ({ scope, for: uses }: Needed) =>
    `  [ ] ${scope.padEnd(width)}  ${colors.dim(uses.join(", "))}`;
  const lines = [colors.bold(title), ...needed.map(row)];
  if (needed.length === 0) lines.push("  none");
  if (recommended.length > 0) lines.push("", "Good to have beside them:", ...recommended.map(why));
  if (removal.length > 0)
    lines.push("", "Only for what leaves the YAML, or has to be replaced:", ...removal.map(row));
  if (refused.length > 0) lines.push("", "What no scope gives:", ...refused.map((one) => `  - ${one}`));
  lines.push(
    "",
    type === "api-token"
      ? `Tick them at ${apiTokensPage}: Create API token with scopes, app Bitbucket.`
      : whereToTick(type),
  );
  return `${lines.join("\n")}\n`;
}
