/** Renders the page of the environment variables. */
import { type EnvironmentVariable, variables } from "../environment";
import { formatTable } from "./kindPage";

export function renderEnvironmentPage(): string {
  const rows: readonly (readonly [string, EnvironmentVariable])[] = Object.entries(variables);
  const groups = [...new Set(rows.map(([, { group }]) => group))];
  return `${[
    "<!-- Generated from src/environment/variables.ts by `npm run docs`. -->",
    "# Configuration",
    "Settings are environment variables, or values in the stack's configuration (`pulumi config set`). A command's options " +
      "take precedence over environment variables, and those over the configuration. See [Credentials](credentials.md) for " +
      "the order of credentials. Switches are `1` or `true`, and `0` or `false`. An invalid value is an error, in every " +
      "front end.",
    ...groups.flatMap((group) => [
      `## ${group}`,
      formatTable(
        ["variable", "configuration", "meaning", "default"],
        rows.flatMap(([name, variable]) => (variable.group === group ? [rowOf(name, variable)] : [])),
      ),
    ]),
    "## Configuration only",
    "`bitbucket:maxDeletions` and `bitbucket:maxDeletionPercent` set the [deletion limits](../explanation/deletions.md) " +
      "of a stack.",
    "## Of other tools",
    "`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS`: " +
      "see [Work behind a proxy](../how-to/behind-a-proxy.md). `CI` marks a non-interactive run: without a progress bar, and " +
      "without a verbose log of the engine. [Pulumi's own " +
      "variables](https://www.pulumi.com/docs/iac/cli/environment-variables/) work unchanged. Commands read the stack from " +
      "`PULUMI_STACK`, and plan files their key from `PULUMI_CONFIG_PASSPHRASE`.",
  ].join("\n\n")}\n`;
}

function rowOf(
  name: string,
  { setting, meaning, default: usual, isSecret }: EnvironmentVariable,
): readonly string[] {
  return [
    `\`${name}\``,
    setting === undefined ? "" : `\`bitbucket:${setting}\``,
    `${meaning}${isSecret ? " (secret)" : ""}`,
    usual ?? "",
  ];
}
