/**
 * `auth scopes`: prints the minimal scopes for a stack, in the form of the page that creates a credential.
 */

import { Command, Option } from "commander";
import colors from "picocolors";
import { apiTokensPage, type Credentials, describeScope, howToGrantScopes } from "../../bitbucket";
import { lookUpCredentials, readFlags } from "../../credentials";
import { loadStack, withoutRepositoryFiles } from "../../desired";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";
import { type Purpose, purposes, type RequiredScope, scopesOfStack } from "../../plan";
import { toCredentialSources } from "../../provider/configLookup";
import { findCurrentStack, findProjectHere } from "../shared/currentStack";
import { printOutput } from "../shared/output/print";
import { stackFile, UsageError } from "../shared/project";
import { configOf } from "./status";

interface AuthScopesOptions {
  readonly for: Purpose;
  readonly plain?: boolean;
  readonly json?: boolean;
}

export function createAuthScopesCommand(): Command {
  return new Command("scopes")
    .description("Print the smallest set of scopes for a stack. Sends no request")
    .argument("[stack]", "the stack's name, or the path of its file; default: the selected one")
    .addOption(
      new Option("--for <what>", "the operation that must be possible").choices(purposes).default("apply"),
    )
    .option("--plain", "print only the scopes, one on each line")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nThe names are those of the effective credential: for example, --token-type workspace prints those of access tokens." +
        "\nAll scopes: docs/reference/scopes.md",
    )
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code auth scopes acme\n  npx bitbucket-as-code auth scopes acme --for preview --plain`,
    )
    .action(async (stack: string | undefined, options: AuthScopesOptions) => {
      const name = stack ?? findStackName();
      const { resources } = await loadStack(stackFile(name), { repositoryFiles: withoutRepositoryFiles });
      const type = typeOf(name);
      const scopes = scopesOfStack({ resources }, options.for, type);
      const removal =
        options.for === "apply"
          ? findAdditional(scopesOfStack({ resources }, "destroy", type).needed, scopes.needed)
          : [];
      if (options.json)
        printOutput("authScopes", { stack: name, for: options.for, type, ...scopes, removal });
      else if (options.plain) process.stdout.write(scopes.needed.map(({ scope }) => `${scope}\n`).join(""));
      else {
        const title = `To ${options.for} ${name} (${formatCount(resources.length, "resource")}), ${nounOf(type)} requires:`;
        process.stdout.write(text(title, type, scopes, removal));
      }
    });
}

function findStackName(): string {
  const project = findProjectHere();
  const name = project && findCurrentStack(project);
  if (name) return name;
  throw new UsageError("Which stack? Name it: npx bitbucket-as-code auth scopes <stack>");
}

/** The type of the effective credential; a user's API token if there is none or its type is unknown. */
function typeOf(stack: string): Credentials["type"] {
  const flag = readFlags(environment()).tokenType;
  const { given } = flag
    ? { given: undefined }
    : lookUpCredentials(toCredentialSources(environment(), configOf(stack)));
  const type = flag ?? given?.tokenType?.text;
  if (type === "repository" || type === "project" || type === "workspace" || type === "oauth") return type;
  return given?.oauthClientSecret ? "oauth-client" : "api-token";
}

function findAdditional(
  more: readonly RequiredScope[],
  less: readonly RequiredScope[],
): readonly RequiredScope[] {
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
  removal: readonly RequiredScope[],
): string {
  const width = Math.max(0, ...[...needed, ...recommended, ...removal].map(({ scope }) => scope.length));
  const row = ({ scope }: RequiredScope) =>
    `  [ ] ${scope.padEnd(width)}  ${colors.dim(describeScope(scope))}`;
  const why = ({ scope, for: uses }: RequiredScope) =>
    `  [ ] ${scope.padEnd(width)}  ${colors.dim(uses.join(", "))}`;
  const lines = [colors.bold(title), ...needed.map(row)];
  if (needed.length === 0) lines.push("  none");
  if (recommended.length > 0) lines.push("", "Also recommended:", ...recommended.map(why));
  if (removal.length > 0) lines.push("", "Only to delete or replace resources:", ...removal.map(row));
  if (refused.length > 0)
    lines.push("", "Not possible with any scope:", ...refused.map((one) => `  - ${one}`));
  lines.push(
    "",
    type === "api-token"
      ? `Select them at ${apiTokensPage}: Create API token with scopes, app Bitbucket.`
      : howToGrantScopes(type),
  );
  return `${lines.join("\n")}\n`;
}
