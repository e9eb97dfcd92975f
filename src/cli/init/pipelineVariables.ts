/** The variables that the pipelines of a stack require. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type DesiredStack, findReferences } from "../../desired";
import { environment } from "../../environment";
import { runProgramSync } from "../../process/run";
import type { Backend, PipelinesOptions } from "./pipelinesFile";

export interface PipelineVariableHint {
  readonly name: string;
  readonly secured: boolean;
  readonly what: string;
}

/** The variables that the pipelines require, including the secrets that the YAML names. */
export function variablesOf({ backend }: PipelinesOptions, desired: DesiredStack): PipelineVariableHint[] {
  const ofBackend: Readonly<Record<Backend, readonly PipelineVariableHint[]>> = {
    s3: [
      { name: "PULUMI_BACKEND_URL", secured: false, what: "s3://bucket?region=eu-central-1" },
      { name: "AWS_REGION", secured: false, what: "of the bucket" },
      { name: "AWS_ROLE_ARN", secured: false, what: "the role that trusts the pipelines of this repository" },
    ],
    "pulumi-cloud": [{ name: "PULUMI_ACCESS_TOKEN", secured: true, what: "of Pulumi Cloud" }],
    other: [{ name: "PULUMI_BACKEND_URL", secured: false, what: "and the variables of its provider" }],
  };
  const names = desired.resources.flatMap(({ args }) => environmentIn(args));
  return [
    { name: "BITBUCKET_EMAIL", secured: false, what: "the address of the token's Atlassian account" },
    { name: "BITBUCKET_TOKEN", secured: true, what: "an API token with scopes" },
    ...ofBackend[backend],
    {
      name: "PULUMI_CONFIG_PASSPHRASE",
      secured: true,
      what: "of the stack, if a passphrase encrypts its secrets",
    },
    { name: "BITBUCKET_PLAN_KEY", secured: true, what: "signs the plans: openssl rand -hex 32" },
    ...[...new Set(names)].sort().map((name) => ({ name, secured: true, what: "the YAML refers to it" })),
  ];
}

function environmentIn(value: unknown): string[] {
  return findReferences(value).flatMap(({ source, name }) => (source === "fromEnv" ? [name] : []));
}

/** Secrets that exist only on somebody's machine: in a password store, or in a file that is not committed. */
export function listUnreachable(desired: DesiredStack): string[] {
  const references = desired.resources.flatMap(({ args }) => findReferences(args));
  const away = references.filter(
    ({ source, name, folder }) =>
      source === "fromPass" || (source === "fromFile" && isUncommitted(resolve(folder, name))),
  );
  return [
    ...new Set(
      away.map(({ source, name, position }) => `${source}: ${name} (${position.file}:${position.line})`),
    ),
  ];
}

/** Whether git does not track a file, although there is a repository: status 128 means that there is none. */
function isUncommitted(path: string): boolean {
  const folder = dirname(path);
  if (!existsSync(folder)) return true;
  const { exitCode } = runProgramSync("git", ["ls-files", "--error-unmatch", "--", path], {
    cwd: folder,
    env: environment(),
  });
  return exitCode === 1;
}
