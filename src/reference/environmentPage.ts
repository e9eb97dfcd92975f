/** Renders the page of the environment variables. */
import { type EnvironmentVariable, variables } from "../environment";
import { formatTable } from "./kindPage";

export function renderEnvironmentPage(): string {
  const rows: readonly (readonly [string, EnvironmentVariable])[] = Object.entries(variables);
  const groups = [...new Set(rows.map(([, { group }]) => group))];
  return `${[
    "<!-- Generated from src/environment/variables.ts by `npm run docs`. -->",
    "# Environment variables",
    "A variable counts before the stack's configuration. A command's options count before both. Which of several " +
      "credentials counts: [credentials](credentials.md). Switches take `1` or `true`, and `0` or `false`. A switch, a " +
      "number or a choice that is wrong is refused, in every front end.",
    ...groups.flatMap((group) => [
      `## ${group}`,
      formatTable(
        ["variable", "configuration", "what", "default"],
        rows.flatMap(([name, variable]) => (variable.group === group ? [rowOf(name, variable)] : [])),
      ),
    ]),
    "## Of other tools",
    "`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and `NODE_EXTRA_CA_CERTS`: " +
      "[proxies and certificates](credentials.md#proxies-and-certificates). `CI` tells that nobody watches: no progress " +
      "bar, and no verbose log of the engine. Pulumi's own variables work as always " +
      "([Pulumi's list](https://www.pulumi.com/docs/iac/cli/environment-variables/)); commands take the stack from " +
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
