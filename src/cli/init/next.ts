/** The commands that come after `init`. */
import { relative } from "node:path";
import { readProfiles } from "../../credentials";
import { environment } from "../../environment";
import { quoteShell } from "../../process/shell";
import { readCurrentBackend } from "../../scaffold";
import type { InitAnswers } from "./answers";
import { packageManager } from "./install";

const tool = "npx bitbucket-as-code";

interface NextCommands {
  /** Variables to set first, with what they are for. */
  readonly variables: readonly { readonly name: string; readonly what: string }[];
  /** Commands that come before the three: only if required. */
  readonly first: readonly string[];
  readonly commands: readonly { readonly command: string; readonly what: string }[];
}

export function nextCommands(answers: InitAnswers, root: string, installed: boolean): NextCommands {
  const { workspace, language, credentials, profile, backend } = answers;
  const env = environment();
  const stored = profile !== undefined && readProfiles(env).profiles[profile]?.token !== undefined;
  const unset = (name: string, what: string) => (env[name] ? [] : [{ name, what }]);
  const usesPassphrase =
    backend === undefined ? !/^https?:/.test(readCurrentBackend(env) ?? "https:") : !/^https?:/.test(backend);
  const login = `${tool} auth login --profile ${profile} --email <your e-mail address> --workspace ${workspace}${credentials === "pass" ? " --store pass" : ""}`;
  return {
    variables: [
      ...(profile === undefined && credentials === "environment"
        ? [
            ...unset("BITBUCKET_EMAIL", "of your Atlassian account"),
            ...unset(
              "BITBUCKET_TOKEN",
              "an API token with scopes, from https://id.atlassian.com/manage-profile/security/api-tokens",
            ),
          ]
        : []),
      ...(usesPassphrase && !env.PULUMI_CONFIG_PASSPHRASE_FILE
        ? unset("PULUMI_CONFIG_PASSPHRASE", "encrypts the secrets in the state: keep it")
        : []),
    ],
    first: [
      ...(root === process.cwd() ? [] : [`cd ${quoteShell(relative(process.cwd(), root))}`]),
      ...(installed ? [] : [`${packageManager()} install`]),
      ...(credentials === "environment" || stored ? [] : [login]),
      ...(language === "yaml" || answers.import ? [] : [`pulumi stack init ${workspace}`]),
    ],
    commands: commandsFor(answers),
  };
}

function commandsFor({ workspace, language, import: isImported }: InitAnswers): NextCommands["commands"] {
  const isYaml = language === "yaml";
  const preview = {
    command: isYaml ? `${tool} preview ${workspace}` : `pulumi preview --stack ${workspace}`,
    what: "shows what would change; changes nothing",
  };
  if (isImported)
    return [
      { ...preview, what: "should show no change" },
      {
        command: isYaml ? `${tool} up ${workspace}` : `pulumi up --stack ${workspace}`,
        what: "shows it, asks, and changes it",
      },
      isYaml
        ? { command: `${tool} drift ${workspace}`, what: "shows what was changed by hand" }
        : { command: `${tool} audit ${workspace}`, what: "checks the workspace's settings for risks" },
    ];
  return [
    { command: `${tool} doctor`, what: "checks the credential" },
    {
      command: `${tool} import ${workspace}${isYaml ? "" : " --into-program index.ts"}`,
      what: `writes what exists as ${isYaml ? "YAML" : "a program"}; changes nothing in Bitbucket`,
    },
    preview,
  ];
}

export function showNext({ variables, first, commands }: NextCommands): void {
  const lines: string[] = [];
  if (variables.length > 0) {
    const widest = Math.max(...variables.map(({ name }) => name.length));
    lines.push(
      "",
      "Set first:",
      ...variables.map(
        ({ name, what }) => `  export ${name}=${"…".padEnd(widest - name.length + 3)}# ${what}`,
      ),
    );
  }
  const widest = Math.max(...commands.map(({ command }) => command.length));
  lines.push(
    "",
    "Next:",
    ...first.map((command) => `  ${command}`),
    ...commands.map(({ command, what }) => `  ${command.padEnd(widest)}   # ${what}`),
  );
  process.stdout.write(`${lines.join("\n")}\n`);
}
