/** `init pipelines`: writes the pipelines that preview, review, apply and watch a stack. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { Command, Option } from "commander";
import { parse } from "yaml";
import { byShard, type DesiredStack, isSecretReference, loadStack } from "../../desired";
import { Stacks } from "../../shards";
import { examples } from "../examples";
import { findProject, onlyStack, type Project, stackFile, UsageError } from "../project";
import { type Backend, backends, fileName, type PipelinesOptions, pipelinesFile } from "./pipelinesFile";

interface Options {
  readonly branch: string;
  readonly environment: string;
  readonly backend: Backend;
  readonly force?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
}

export function initPipelinesCommand(): Command {
  return examples(
    new Command("pipelines")
      .description(
        "Write bitbucket-pipelines.yml: a plan on each pull request, what was reviewed applied on main, drift on a schedule",
      )
      .argument("[stack]", "the stack's name, where there are several")
      .option("--branch <name>", "the branch whose merges are applied", "main")
      .option("--environment <name>", "the deployment environment that an apply waits for", "Production")
      .addOption(
        new Option("--backend <where>", "where the state is: AWS S3 through OIDC, Pulumi Cloud, or elsewhere")
          .choices(backends)
          .default("s3"),
      )
      .option("--force", "write over a file that is there")
      .option("--print", "print it, and write nothing")
      .option("--json", "print what was written and what to set as JSON")
      .action(init),
    [
      "bitbucket-as-code init pipelines",
      "bitbucket-as-code init pipelines acme --backend pulumi-cloud --environment Production",
      "bitbucket-as-code init pipelines acme --print",
    ],
  );
}

async function init(named: string | undefined, options: Options): Promise<void> {
  const project = findProject();
  const stack = named ?? onlyStack(project);
  const desired = await loadStack(stackFile(stack, project));
  const top = topOf(project);
  const settings: PipelinesOptions = {
    stack,
    shards: shardsOf(project, stack, desired),
    branch: options.branch,
    environment: options.environment,
    backend: options.backend,
    folder: relative(top, project.root).split(sep).join("/"),
  };
  const text = pipelinesFile(settings);
  const path = join(top, fileName);
  if (options.print) {
    process.stdout.write(text);
    return;
  }
  if (existsSync(path) && !options.force) {
    const hints = mergeHints(readFileSync(path, "utf8"), text);
    throw new UsageError(
      [
        `${path} is there already, and was left as it is.`,
        ...hints.map((hint) => `  - ${hint}`),
        "See it all with --print, or write over the file with --force.",
      ].join("\n"),
    );
  }
  writeFileSync(path, text);
  const variables = variablesOf(settings, desired);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ path, variables }, null, 2)}\n`);
    return;
  }
  const widest = Math.max(...variables.map(({ name }) => name.length));
  process.stdout.write(
    [
      `${path} is written. Before it runs, set these under repository settings, Pipelines, Repository variables:`,
      ...variables.map(
        ({ name, secured, what }) => `  ${name.padEnd(widest)}  ${secured ? "secured" : "       "}  ${what}`,
      ),
      `And let only some people start the deployment to ${settings.environment}: Deployments, ${settings.environment}.`,
      `For drift every night, plan the custom pipeline "drift": Pipelines, Schedules; or in YAML, for this repository:`,
      "  pipelineSchedules:",
      `    drift: { cronPattern: "0 0 2 * * ? *", branch: ${settings.branch}, selector: { type: custom, pattern: drift } }`,
      "",
    ].join("\n"),
  );
}

/** The names of the Pulumi stacks. */
function shardsOf(project: Project, stack: string, desired: DesiredStack): string[] {
  const stacks = new Stacks(project.root, stack, {});
  return [...byShard(desired).keys()].sort().map((shard) => stacks.nameOf(shard));
}

interface Variable {
  readonly name: string;
  readonly secured: boolean;
  readonly what: string;
}

/** What has to be set for the pipelines, the secrets that the YAML names among it. */
function variablesOf({ backend }: PipelinesOptions, desired: DesiredStack): Variable[] {
  const ofBackend: Readonly<Record<Backend, readonly Variable[]>> = {
    s3: [
      { name: "PULUMI_BACKEND_URL", secured: false, what: "s3://bucket?region=eu-central-1" },
      { name: "AWS_REGION", secured: false, what: "of the bucket" },
      { name: "AWS_ROLE_ARN", secured: false, what: "the role that trusts the pipelines of this repository" },
    ],
    "pulumi-cloud": [{ name: "PULUMI_ACCESS_TOKEN", secured: true, what: "of Pulumi Cloud" }],
    other: [{ name: "PULUMI_BACKEND_URL", secured: false, what: "and what its provider asks for" }],
  };
  const names = desired.resources.flatMap(({ args }) => environmentIn(args));
  return [
    { name: "BITBUCKET_EMAIL", secured: false, what: "of the Atlassian account that the token is of" },
    { name: "BITBUCKET_TOKEN", secured: true, what: "an API token with scopes" },
    ...ofBackend[backend],
    {
      name: "PULUMI_CONFIG_PASSPHRASE",
      secured: true,
      what: "of the stack, if a passphrase encrypts its secrets",
    },
    { name: "BITBUCKET_PLAN_KEY", secured: true, what: "seals the plans: openssl rand -hex 32" },
    ...[...new Set(names)].sort().map((name) => ({ name, secured: true, what: "the YAML refers to it" })),
  ];
}

function environmentIn(value: unknown): string[] {
  if (isSecretReference(value)) return value.source === "fromEnv" ? [value.name] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(environmentIn);
}

/** What a file that is there lacks, and where two would meet. */
export function mergeHints(there: string, wanted: string): string[] {
  const existing: unknown = parse(there);
  const places = [
    ["definitions", "caches"],
    ["pipelines", "pull-requests"],
    ["pipelines", "branches"],
    ["pipelines", "custom"],
  ];
  return places.flatMap((place) =>
    Object.keys(mapAt(parse(wanted), place)).map((name) => {
      const path = [...place, name].join(": ");
      return name in mapAt(existing, place)
        ? `${path}: is there: put the new steps into it, or give it up`
        : `${path}: add it`;
    }),
  );
}

function mapAt(value: unknown, path: readonly string[]): Readonly<Record<string, unknown>> {
  let at: unknown = value;
  for (const part of path) at = isMap(at) ? at[part] : undefined;
  return isMap(at) ? at : {};
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The top of the git repository, where Pipelines looks for its file; the project's folder where there is none. */
function topOf({ root }: Project): string {
  try {
    return execFileSync("git", ["rev-parse", "--show-toplevel"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return root;
  }
}
