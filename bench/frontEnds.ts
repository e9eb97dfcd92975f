#!/usr/bin/env node
/**
 * `npm run bench:front-ends`: the same workspaces by plain Pulumi with the dynamic resources, with the native provider
 * and compiled to Pulumi YAML, in turns, so that what else the machine does falls on all. Prints a table.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Command } from "commander";
import { useEngine } from "../src/cli/shared/engine";
import { environment } from "../src/environment";
import { packageRoot } from "../src/errors";
import { requireRun } from "../src/process/requireRun";
import { ensureHost } from "../src/pulumi/binary/host";
import { measureProcessor, stateBytes } from "./measure";
import { isolatedEnvironment, numbers, startEmulator } from "./surroundings";
import { resourcesOf, type Workload, workloadOfResources, writeProject, yamlOf } from "./workload";

/** The last is the native provider, without a Node.js program. */
const frontEnds = ["dynamic", "native", "compiled"] as const;

type FrontEnd = (typeof frontEnds)[number];

/** What is measured, in its order: all is created, nothing or one description has changed, all is deleted. */
const steps = ["up", "preview", "change", "destroy"] as const;

type Step = (typeof steps)[number];

/** Seconds, and bytes a resource. */
type Figures = Readonly<Record<Step, ReturnType<typeof measureProcessor>>> & { readonly stateBytes: number };

async function main(): Promise<void> {
  const options = new Command("bench:front-ends")
    .description("Measure the dynamic resources, the native provider and compiled projects side by side")
    .option("--sizes <list>", "resources", "50,300,1000")
    .option("--runs <number>", "of which the middle one counts", "3")
    .parse()
    .opts<{ readonly sizes: string; readonly runs: string }>();
  await useEngine(say);
  const host = await ensureHost("yaml", { env: environment(), report: say });
  const columns = steps.flatMap((step) => [`${step}: CPU s`, `${step}: wall s`]);
  const header = ["resources", "front end", ...columns, "state B a resource"];
  say(`| ${header.join(" | ")} |`);
  say(`| ${header.map(() => "---").join(" | ")} |`);
  for (const size of numbers(options.sizes)) {
    const workload = workloadOfResources(size);
    const figures = new Map<FrontEnd, Figures[]>(frontEnds.map((frontEnd) => [frontEnd, []]));
    for (let run = 0; run < Number(options.runs); run += 1)
      for (const frontEnd of run % 2 === 0 ? frontEnds : frontEnds.toReversed())
        figures.get(frontEnd)?.push(await measureFrontEnd(workload, frontEnd, host));
    for (const [frontEnd, all] of figures) say(row(workload, frontEnd, all));
  }
}

/** @param host The folder of Pulumi's YAML host. */
async function measureFrontEnd(workload: Workload, frontEnd: FrontEnd, host: string): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
  const emulator = await startEmulator(0);
  try {
    writeProject(folder, packageRoot, frontEnd === "compiled");
    writeFileSync(join(folder, "stacks", "bench.yaml"), yamlOf(workload));
    const isolated = isolatedEnvironment(folder, emulator);
    const env = {
      ...isolated,
      BITBUCKET_ALLOW_DELETIONS: String(resourcesOf(workload)),
      PATH: [join(packageRoot, "plugin"), host, environment().PATH].join(delimiter),
    };
    const run = (...args: string[]) =>
      requireRun("pulumi", [...args, "--non-interactive"], { cwd: folder, env });
    await run("stack", "init", "bench");
    if (frontEnd !== "compiled")
      await run("config", "set", "bitbucket-cloud:provider", frontEnd, "--stack", "bench");
    const project = join(folder, "Pulumi.yaml");
    // The native provider asks for the refresh itself.
    if (frontEnd === "native")
      writeFileSync(project, readFileSync(project, "utf8").replace("options:\n  refresh: always\n", ""));
    const measured = (...args: string[]) =>
      measureProcessor("pulumi", [...args, "--stack", "bench", "--non-interactive"], { cwd: folder, env });
    const up = measured("up", "--yes", "--skip-preview");
    const preview = measured("preview", "--expect-no-changes");
    const bytes = stateBytes(join(folder, "state")) / resourcesOf(workload);
    writeFileSync(join(folder, "stacks", "bench.yaml"), yamlOf(workload, true));
    const change = measured("up", "--yes", "--skip-preview");
    const destroy = measured("destroy", "--yes", "--skip-preview");
    return { up, preview, change, destroy, stateBytes: bytes };
  } finally {
    emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(workload: Workload, frontEnd: FrontEnd, all: readonly Figures[]): string {
  const middle = (read: (one: Figures) => number) =>
    all.map(read).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
  const cells = [
    resourcesOf(workload),
    frontEnd,
    ...steps.flatMap((step) => [
      middle((one) => one[step].processorSeconds).toFixed(1),
      middle((one) => one[step].wallSeconds).toFixed(1),
    ]),
    Math.round(middle((one) => one.stateBytes)),
  ];
  return `| ${cells.join(" | ")} |`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
