/** A step of `bitbucket-pipelines.yml`. */
import { quoteShell } from "../../process/shell";
import type { PipelinesOptions } from "./pipelinesFile";

/**
 * Minutes of a step that gets its access to the state through OIDC: the AWS SDK exchanges the token for credentials of an
 * hour, and nothing says that the token can be exchanged again after that.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
const maxOidcStepLength = 55;

interface PipelineStep {
  readonly name: string;
  readonly comment?: string;
  readonly settings?: readonly string[];
  readonly script: readonly string[];
  /** Runs in a shell of its own, whether the script failed or not. */
  readonly after?: readonly string[];
  readonly artifacts?: readonly string[];
  /** Whether the step needs an engine, and access to the state. */
  readonly state?: boolean;
}

export function step(
  options: PipelinesOptions,
  { name, comment, settings = [], script, after = [], artifacts = [], state = true }: PipelineStep,
): string {
  const way = options.folder === "" ? [] : [`cd ${quoteShell(options.folder)}`];
  return [
    ...(comment === undefined ? [] : [`      # ${comment}`]),
    "      - step:",
    `          name: ${quoteYaml(name)}`,
    ...settings.map((line) => `          ${line}`),
    ...(state && options.backend === "s3"
      ? [
          "          oidc: true",
          `          max-time: ${maxOidcStepLength} # the credentials for the state hold for an hour; run it again to go on`,
        ]
      : []),
    `          caches: [npm${state ? ", pulumi-engine" : ""}]`,
    ...lines("script", [...way, "npm ci --no-audit --no-fund", ...script]),
    ...(after.length > 0 ? lines("after-script", [...way, ...after]) : []),
    ...(artifacts.length > 0
      ? [
          "          artifacts:",
          ...artifacts.map((path) => `            - ${quoteYaml(runInFolder(options, path))}`),
        ]
      : []),
  ].join("\n");
}

function lines(name: string, commands: readonly string[]): string[] {
  return [`          ${name}:`, ...commands.map((line) => `            - ${quoteYaml(line)}`)];
}

export function runInFolder({ folder }: PipelinesOptions, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

/** A scalar that YAML reads as exactly this text. */
export function quoteYaml(text: string): string {
  return /^[A-Za-z][\w .,/=-]*$/.test(text) && !/^(true|false|yes|no|on|off|null)$/i.test(text)
    ? text
    : `'${text.replaceAll("'", "''")}'`;
}
