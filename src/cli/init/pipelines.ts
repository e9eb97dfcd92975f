/** `init pipelines`: writes the pipelines that preview, review, apply and watch a stack. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { Command, Option } from "commander";
import { parse, YAMLParseError } from "yaml";
import {
  type DesiredStack,
  findStackFile,
  groupByShard,
  listStackNames,
  loadStack,
  withoutRepositoryFiles,
} from "../../desired";
import { environment, variable } from "../../environment";
import { findGitTop } from "../../git/top";
import { estimateRequests, fillStandIns, placesOf } from "../../plan";
import { Stacks } from "../../run";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { findOnlyStack, findProject, type PulumiProject, readConfig, UsageError } from "../shared/project";
import { preparePackages } from "./pipelinePackages";
import {
  type Backend,
  backends,
  fileName,
  type PipelinesOptions,
  type PreviewChoice,
  pipelinesFile,
  previews,
} from "./pipelinesFile";
import { listUnreachable, type PipelineVariableHint, variablesOf } from "./pipelineVariables";

interface InitPipelinesOptions {
  readonly branch: string;
  readonly environment: string;
  readonly backend: Backend;
  readonly force?: boolean;
  readonly print?: boolean;
  readonly preview?: PreviewChoice;
  readonly package?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function createInitPipelinesCommand(): Command {
  return addExamples(
    new Command("pipelines")
      .description(
        "Write bitbucket-pipelines.yml: plan on pull requests, apply the reviewed plan on main, report drift on a schedule",
      )
      .argument("[stack]", "the stack's name, if there are several")
      .option("--branch <name>", "the branch that is applied", "main")
      .option("--environment <name>", "the deployment environment of the apply", "Production")
      .addOption(
        new Option(
          "--backend <where>",
          "the backend of the state: AWS S3 through OIDC, Pulumi Cloud, or another one",
        )
          .choices(backends)
          .default("s3"),
      )
      .addOption(
        new Option(
          "--preview <what>",
          "what pull requests preview. Default: only their changes if a full preview takes more than a tenth of the " +
            "hourly rate limit",
        ).choices(previews),
      )
      .option(
        "--package <spec>",
        "the source that the pipeline installs this package from: a version, a tarball in the repository, or a git address",
      )
      .option("-y, --yes", "write a missing package.json and package-lock.json without asking")
      .option("--force", "overwrite an existing file")
      .option("--print", "print it instead of writing it")
      .option("--json", "print what was written and which variables to set as JSON")
      .action(init),
    [
      "npx bitbucket-as-code init pipelines",
      "npx bitbucket-as-code init pipelines acme --backend pulumi-cloud --environment Production",
      "npx bitbucket-as-code init pipelines acme --print",
    ],
  );
}

async function init(named: string | undefined, options: InitPipelinesOptions): Promise<void> {
  const project = findProject();
  const stack = stackOf(named, project);
  const desired = await loadStack(findStackFile(project.root, stack), {
    repositoryFiles: withoutRepositoryFiles,
  });
  const top = findGitTop(project.root) ?? project.root;
  const settings = settingsFor(project, stack, desired, top, options);
  const text = pipelinesFile(settings);
  const path = join(top, fileName);
  const variables = variablesOf(settings, desired);
  const missing = listUnreachable(desired);
  if (options.print) {
    if (options.json) printOutput("pipelines", { path, text, variables, missing, packages: [] });
    else process.stdout.write(text);
    return;
  }
  const there = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (there !== undefined && there !== text && !options.force)
    throw new UsageError(
      [
        `${path} exists and was not changed.`,
        ...hintsFor(there, text).map((hint) => `  - ${hint}`),
        "Use --print to see all of it, or --force to overwrite the file.",
      ].join("\n"),
    );
  const packages = await preparePackages(project.root, top, options);
  if (there !== text) writeFileSync(path, text);
  if (options.json) {
    printOutput("pipelines", { path, variables, missing, packages });
    return;
  }
  const head = `${path} is ${there === text ? "up to date" : "written"}.`;
  process.stdout.write(describeNext(head, settings, { variables, missing, packages }));
}

function settingsFor(
  project: PulumiProject,
  stack: string,
  desired: DesiredStack,
  top: string,
  options: InitPipelinesOptions,
): PipelinesOptions {
  return {
    stack,
    shards: shardsOf(project, stack, desired),
    branch: checkOption("--branch", options.branch, /^[^\s~^:?*[\\\p{Cc}]+$/u),
    environment: checkOption(
      "--environment",
      options.environment,
      /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u,
    ),
    backend: options.backend,
    folder: relative(top, project.root).split(sep).join("/"),
    preview: options.preview ?? choosePreview(desired, readLimit(project, stack)),
  };
}

/** What to do before the pipelines run. */
function describeNext(
  head: string,
  { environment: gate, preview, branch }: PipelinesOptions,
  needs: {
    readonly variables: readonly PipelineVariableHint[];
    readonly missing: readonly string[];
    readonly packages: readonly string[];
  },
): string {
  const { variables, missing, packages } = needs;
  const widest = Math.max(...variables.map(({ name }) => name.length));
  return [
    `${head} Before it runs, set these variables in the repository's settings, Pipelines, Repository variables:`,
    ...variables.map(
      ({ name, secured, what }) => `  ${name.padEnd(widest)}  ${secured ? "secured" : "       "}  ${what}`,
    ),
    ...(missing.length > 0
      ? [
          "A step of a pipeline cannot access these secrets. Store each in a secured variable, and use fromEnv:",
          ...missing.map((reference) => `  ${reference}`),
        ]
      : []),
    ...packages,
    `The environment ${gate} must exist: repository settings, Deployments. On the Premium plan, restrict who can deploy to it.`,
    ...(preview === "changed"
      ? [
          "Pull requests preview only what they change: a full preview takes more than a tenth of the rate limit. The custom " +
            'pipeline "preview" looks at everything: schedule it like "drift".',
        ]
      : []),
    `To check for drift every night, schedule the custom pipeline "drift" in Pipelines, Schedules, or in YAML, for this repository:`,
    "  pipelineSchedules:",
    `    drift: { cronPattern: "0 0 2 * * ? *", branch: ${branch}, selector: { type: custom, pattern: drift } }`,
    "",
  ].join("\n");
}

/** Requests of one hour, unless something else is set. */
const usualLimit = 1_000;

function readLimit({ root }: PulumiProject, stack: string): number {
  return variable("BITBUCKET_REQUESTS_PER_HOUR", environment(), readConfig(root, stack)) ?? usualLimit;
}

/**
 * Returns what pull requests preview: only what they change, where the preview of everything takes more than a tenth of
 * the limit.
 *
 * @param limit Requests an hour.
 */
export function choosePreview(desired: DesiredStack, limit: number): PreviewChoice {
  const applied = desired.resources.map((resource) => ({
    kind: resource.kind,
    name: resource.name,
    outputs: {
      ...fillStandIns(resource.args),
      ...placesOf(resource, desired.workspace, ({ name }) => name),
    },
  }));
  const { api, webhooks } = estimateRequests(applied, []);
  return Math.max(api, webhooks) * 10 > limit ? "changed" : "full";
}

/** The name of the stack, also from the path of its YAML, which shells complete. */
function stackOf(named: string | undefined, project: PulumiProject): string {
  const names = listStackNames(project.root);
  if (named === undefined && names.length > 1)
    throw new UsageError(`There are several stacks. Name one: init pipelines ${names.join(", or ")}.`);
  const stack = named ?? findOnlyStack(project);
  const whole = basename(stack).replace(/\.ya?ml$/, "");
  // Pulumi's own rule for names. The scripts contain the name unquoted.
  if (!/^[\w.-]+$/.test(whole))
    throw new UsageError(
      `"${whole}" cannot be a stack: Pulumi allows only letters, digits, ".", "_" and "-".`,
    );
  return names.includes(whole) ? whole : stack;
}

function checkOption(option: string, value: string, form: RegExp): string {
  if (form.test(value)) return value;
  throw new UsageError(`${option} ${JSON.stringify(value)} is not a valid name in Bitbucket.`);
}

/** The names of the Pulumi stacks. */
function shardsOf(project: PulumiProject, stack: string, desired: DesiredStack): string[] {
  const stacks = new Stacks(project.root, stack, {});
  return [...groupByShard(desired).keys()].sort().map((shard) => stacks.nameOf(shard));
}

function hintsFor(there: string, wanted: string): string[] {
  try {
    return mergeHints(there, wanted);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [where] = error.linePos ?? [];
    return [`line ${where?.line ?? 1} is not YAML: Bitbucket cannot read it either`];
  }
}

/** Describes what an existing file lacks, and which definitions would collide. */
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
        ? `${path}: exists: add the new steps to it, or remove it`
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
