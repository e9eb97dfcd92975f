#!/usr/bin/env node
/**
 * `npm run bench`: measures the tool's time and requests against the emulator in a separate process. Writes
 * bench/results.json and bench/plot.svg.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Command, Option } from "commander";
import { useEngine } from "../src/cli/shared/engine";
import { environment, setVariables } from "../src/environment";
import { packageRoot } from "../src/errors";
import { requireRun } from "../src/process/requireRun";
import { ensureHost } from "../src/pulumi/binary/host";
import { type Cost, calibrate, measure, stateBytes } from "./measure";
import { type Measurement, type Phase, readResults, writeResults } from "./measurements";
import { commands, peerPhases, phasesOf } from "./phases";
import { plot } from "./plot";
import { isolatedEnvironment, numbers, startEmulator } from "./surroundings";
import { resourcesOf, type Workload, workloadOf, writeNoop, writeProject, yamlOf } from "./workload";

const concurrency = 16;

interface BenchOptions {
  readonly sizes: string;
  readonly previewOnly: string;
  readonly latencies: string;
  readonly peer?: string;
  readonly peerName: string;
  readonly quick?: boolean;
  readonly workload: "full" | "common";
  readonly compiled?: boolean;
  readonly output: string;
}

async function main(): Promise<void> {
  const program = new Command("bench")
    .description("Measure create, preview, change and destroy of workspaces of several sizes")
    .option("--sizes <list>", "repositories: 50,200,1000 if nothing is said, and 50,200 with --quick")
    .option(
      "--preview-only <list>",
      "sizes of which only the preview is measured: 5000, and none with --quick",
    )
    .option("--latencies <list>", "milliseconds of a request: 0,50, and 50 with --quick")
    .option(
      "--peer <command>",
      "another tool's command for the same workspaces; it gets the phase as its argument (see bench/README.md)",
    )
    .option("--peer-name <name>", "what the peer is called in the results", "peer")
    .option(
      "--quick",
      "without bare workspaces and the engine alone; 50 and 200 repositories at 50 ms take five minutes",
    )
    .addOption(
      new Option(
        "--workload <name>",
        "each repository's resources: full if nothing is said, and common, without a branch restriction, with --quick",
      ).choices(["full", "common"]),
    )
    .option("--compiled", "a project whose stacks are compiled to Pulumi YAML, with the native provider")
    .option("--output <folder>", "where results.json and plot.svg are", join(packageRoot, "bench"))
    .parse();
  const given = program.opts<Partial<BenchOptions> & Pick<BenchOptions, "peerName" | "output">>();
  const usual = given.quick
    ? { sizes: "50,200", latencies: "50", previewOnly: "", workload: "common" as const }
    : { sizes: "50,200,1000", latencies: "0,50", previewOnly: "5000", workload: "full" as const };
  const options: BenchOptions = { ...usual, ...given };
  const engine = await useEngine(say);
  if (options.compiled) await addHost(say);
  say(`pulumi ${engine.version}`);

  const began = Date.now();
  mkdirSync(options.output, { recursive: true });
  // Written after each measurement, beside those of earlier runs: an interrupted run loses nothing.
  const add = (one: Measurement) => {
    const all = writeResults(join(options.output, "results.json"), one);
    writeFileSync(join(options.output, "plot.svg"), plot(all, options.workload));
    say(row(one));
    process.stderr.write(`${Math.round((Date.now() - began) / 1000)} s so far\n`);
  };
  const failures: string[] = [];
  const tried = async (what: string, work: () => Promise<void>) => {
    process.stderr.write(`${what} …\n`);
    try {
      await work();
    } catch (error) {
      failures.push(what);
      process.stderr.write(`${what} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  say(heading);
  for (const size of numbers(options.sizes)) {
    const [whole, bare] = [
      workloadOf(options.workload, size, options.compiled),
      workloadOf("bare", size, options.compiled),
    ];
    const wanted = phasesOf(whole);
    let noop: number | undefined;
    if (!options.quick)
      await tried(`the engine alone, ${resourcesOf(whole)} resources`, async () => {
        noop = await noopPreview(resourcesOf(whole));
      });
    for (const latency of numbers(options.latencies)) {
      await tried(`${size} repositories at ${latency} ms`, () =>
        workspace(whole, latency, wanted, noop, options, add),
      );
      if (options.quick) continue;
      await tried(`${size} bare repositories at ${latency} ms`, () =>
        workspace(bare, latency, ["create", "preview"], undefined, options, add),
      );
    }
  }
  for (const size of numbers(options.previewOnly)) {
    await tried(`the preview of ${size} repositories`, () =>
      workspace(
        workloadOf(options.workload, size, options.compiled),
        0,
        ["create", "preview"],
        undefined,
        options,
        add,
        true,
      ),
    );
  }
  say(`\nAll results, of this run and earlier ones:\n${heading}`);
  for (const one of readResults(join(options.output, "results.json"))) say(row(one));
  if (failures.length > 0) throw new Error(`Not measured: ${failures.join("; ")}`);
}

/** Puts the host of compiled programs on PATH: what is measured does not build it. */
async function addHost(report: (line: string) => void): Promise<void> {
  const { PATH = "" } = environment();
  setVariables({ PATH: [await ensureHost("yaml", { env: environment(), report }), PATH].join(delimiter) });
}

/** Measures the phases on a new emulator and a new state. */
async function workspace(
  workload: Workload,
  latencyMs: number,
  wanted: readonly Phase[],
  noopEngineSeconds: number | undefined,
  options: BenchOptions,
  add: (one: Measurement) => void,
  skipCheckpoints = false,
): Promise<void> {
  const own = options.compiled ? "bitbucket-as-code, compiled" : "bitbucket-as-code";
  const tools = [own, ...(options.peer === undefined ? [] : [options.peerName])];
  for (const tool of tools) {
    const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
    const emulator = await startEmulator(latencyMs);
    try {
      writeProject(folder, packageRoot, options.compiled);
      const env = isolatedEnvironment(folder, emulator);
      for (const phase of tool === own ? wanted : wanted.filter((one) => peerPhases.has(one))) {
        const calibrationSeconds = await calibrate();
        writeFileSync(
          join(folder, "stacks", "bench.yaml"),
          yamlOf(workload, commands[phase].isChanged === true),
        );
        await emulator.requests();
        const cost =
          tool === own
            ? await runPhase(phase, folder, env, skipCheckpoints)
            : await measure("sh", ["-c", `${options.peer} ${phase}`], {
                cwd: folder,
                env: {
                  ...env,
                  BENCH_REPOSITORIES: String(workload.repositories),
                  BENCH_WORKLOAD: workload.name,
                },
              });
        add({
          tool,
          phase,
          workload: workload.name,
          repositories: workload.repositories,
          projects: workload.projects,
          resources: resourcesOf(workload),
          shards: workload.shards,
          latencyMs,
          concurrency,
          wallSeconds: cost.wallSeconds,
          cpuSeconds: cost.cpuSeconds,
          calibrationSeconds,
          treeMemoryBytes: cost.treeMemoryBytes,
          treeProportionalBytes: cost.treeProportionalBytes,
          noopEngineSeconds: phase === "preview" ? (noopEngineSeconds ?? null) : null,
          requests: await emulator.requests(),
          peakMemoryBytes: cost.peakMemoryBytes,
          stateBytes: stateBytes(join(folder, "state")),
        });
      }
    } finally {
      emulator.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function runPhase(
  phase: Phase,
  folder: string,
  env: NodeJS.ProcessEnv,
  skipCheckpoints: boolean,
): Promise<Cost> {
  const more = phase === "create" && skipCheckpoints ? ["--skip-checkpoints"] : [];
  const [program, ...args] = [...commands[phase].command, ...more];
  return measure(program ?? "", args, {
    cwd: folder,
    env: { ...env, BITBUCKET_CONCURRENCY: String(concurrency), BITBUCKET_ALLOW_DELETIONS: "1000000" },
  });
}

async function noopPreview(resources: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
  try {
    writeNoop(folder, packageRoot, resources);
    const env = {
      ...isolatedEnvironment(folder),
      PULUMI_SKIP_CHECKPOINTS: "true",
      PULUMI_EXPERIMENTAL: "true",
    };
    const pulumi = (...args: string[]) =>
      measure("pulumi", [...args, "--non-interactive", "--stack", "noop"], { cwd: folder, env });
    await requireRun("pulumi", ["stack", "init", "noop", "--non-interactive"], { cwd: folder, env });
    await pulumi("up", "--yes", "--skip-preview");
    return (await pulumi("preview")).wallSeconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const heading = [
  "",
  "| tool | workload | repositories | latency | phase | wall s | CPU s | engine alone s | requests | a repository | peak / tree / tree PSS MB | state B/resource | SHA-256 / Node s |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
].join("\n");

function row(one: Measurement): string {
  const requests = Object.entries(one.requests).filter(([, count]) => count > 0);
  const all = requests.reduce((sum, [, count]) => sum + count, 0);
  const cells = [
    one.tool,
    one.workload,
    one.repositories,
    `${one.latencyMs} ms`,
    one.phase,
    one.wallSeconds.toFixed(1),
    one.cpuSeconds?.toFixed(1) ?? "",
    one.noopEngineSeconds?.toFixed(1) ?? "",
    `${all} (${requests.map(([method, count]) => `${count} ${method}`).join(", ")})`,
    (all / one.repositories).toFixed(2),
    [one.peakMemoryBytes, one.treeMemoryBytes, one.treeProportionalBytes]
      .map((bytes) => (bytes === null ? "" : Math.round(bytes / 1e6)))
      .join(" / "),
    Math.round(one.stateBytes / one.resources),
    one.calibrationSeconds ? Object.values(one.calibrationSeconds).join(" / ") : "",
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
