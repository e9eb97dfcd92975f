/** `drift`: what was changed on the server, what was not applied yet, and what is not managed. It only reads. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { compare, type DriftReport, FilterError, type Severity, severities } from "../drift";
import { exitCodeOf } from "../drift/exit";
import { jsonReport } from "../drift/report/json";
import { terminalReport } from "../drift/report/terminal";
import { loadStates } from "../drift/states";
import { ensureEngine } from "../engine";
import { readText } from "../live";
import { connected } from "./connect";
import { progress } from "./progress";
import { findProject, plainConfig, UsageError } from "./project";

interface Options {
  readonly repository?: readonly string[];
  readonly project?: readonly string[];
  readonly kinds?: readonly string[];
  readonly failOn: Severity;
  readonly failOnPending?: boolean;
  readonly strict?: boolean;
  readonly exitZero?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly report?: readonly Output[];
}

/** A report to write, and where to: a path, or `-` for standard output. */
interface Output {
  readonly format: Format;
  readonly path: string;
}

const renderers = {
  json: jsonReport,
  text: (report: DriftReport) => `${terminalReport(report, true)}\n`,
} as const;
type Format = keyof typeof renderers;
const formats = Object.keys(renderers) as Format[];

export function driftCommand(): Command {
  return new Command("drift")
    .description(
      "Show what was changed on the server, and what was not applied yet. It reads, and changes nothing",
    )
    .argument("<stack>", "the stack's name, or one shard of it: acme, acme.PLAT")
    .option("-r, --repository <pattern...>", "only these repositories: globs, ! leaves out")
    .option("--project <pattern...>", "only what belongs to these projects")
    .option("--kinds <names...>", "only these kinds: Webhook, deployKeys, …")
    .addOption(
      new Option("--fail-on <severity>", "exit with 2 only for drift at least this severe")
        .choices(severities)
        .default("low"),
    )
    .option("--fail-on-pending", "exit with 2 also for what was not applied yet")
    .option("--strict", "exit with 1 also where the credential may not read something")
    .option("--exit-zero", "exit with 0 also where there is drift")
    .option("-v, --verbose", "show every field, and what cannot be seen")
    .option("--json", "print the report as JSON")
    .option(
      "--report <format=path...>",
      `write reports: ${formats.join(", ")}, each with a path, or - for standard output`,
      outputs,
      [],
    )
    .addHelpText(
      "after",
      `
Exit codes: 0 no drift, 2 drift, 1 an error (see docs/drift.md)

Examples:
  bitbucket-as-code drift acme
  bitbucket-as-code drift acme --repository 'svc-*' --kinds Webhook DeployKey
  bitbucket-as-code drift acme --report html=drift.html,json=drift.json --fail-on high`,
    )
    .action(async (stack: string, options: Options) => {
      const report = await reportOf(stack, options);
      write(report, options);
      process.exitCode = exitCodeOf(report, options);
    });
}

async function reportOf(stack: string, options: Options): Promise<DriftReport> {
  const { root, name } = findProject();
  const engine = await ensureEngine({ report: (line) => process.stderr.write(`${line}\n`) });
  process.env.PATH = engine.path;
  const config = plainConfig(root, stack);
  return connected({ config }, async ({ client, reader }) => {
    const shown = progress("resources", () => client.budget.remaining());
    try {
      shown.doing("reading the state");
      const loaded = await loadStates(root, stack);
      shown.doing("reading Bitbucket");
      const { report } = await compare({
        stack,
        ...loaded,
        client,
        reader,
        secrets: {
          env: process.env,
          config: (key) => config(`${name}:${key}`),
          bitbucket: (path) => readText(client, path),
        },
        filter: { repositories: options.repository, projects: options.project, kinds: options.kinds },
        listener: shown,
      });
      return report;
    } catch (error) {
      throw error instanceof FilterError ? new UsageError(error.message) : error;
    } finally {
      shown.stop();
    }
  });
}

function write(report: DriftReport, options: Options): void {
  const written = options.report ?? [];
  for (const { format, path } of written) {
    const text = renderers[format](report);
    if (path === "-") process.stdout.write(text);
    else writeFileSync(path, text);
  }
  if (options.json) process.stdout.write(jsonReport(report));
  else if (!written.some(({ path }) => path === "-"))
    process.stdout.write(`${terminalReport(report, options.verbose === true)}\n`);
  for (const { format, path } of written)
    if (path !== "-") process.stderr.write(`The report as ${format} is in ${path}\n`);
}

/** `html=drift.html,json=drift.json`. */
function outputs(text: string, before: readonly Output[]): readonly Output[] {
  const parsed = text.split(",").map((part): Output => {
    const at = part.indexOf("=");
    const format = formats.find((name) => name === part.slice(0, at));
    const path = part.slice(at + 1);
    if (at < 0 || !format || path === "")
      throw new InvalidArgumentError(`Write ${formats.join(", ")}, and a path behind it: json=drift.json.`);
    return { format, path };
  });
  return [...before, ...parsed];
}
