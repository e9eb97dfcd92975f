#!/usr/bin/env node
/**
 * `npm run bench`: how long the tool takes, and how many requests, against the emulator in a process of its own.
 * Writes bench/results.json and bench/plot.svg.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { run, start } from "../cli/child";
import { compiled, packageRoot } from "../cli/paths";
import { ensureEngine } from "../engine";
import { type Cost, measure, stateBytes } from "./measure";
import { plot } from "./plot";
import { resourcesOf, type Workload, workloadOf, writeNoop, writeProject, yamlOf } from "./workload";

const phases = ["create", "preview", "change", "destroy"] as const;
type Phase = (typeof phases)[number];

/** One measurement, as it stands in bench/results.json. */
export interface Measurement {
  readonly tool: string;
  readonly phase: Phase;
  readonly workload: Workload["name"];
  readonly repositories: number;
  readonly projects: number;
  readonly resources: number;
  readonly shards: number;
  readonly latencyMs: number;
  /** Requests at once, at most. */
  readonly concurrency: number;
  readonly wallSeconds: number;
  /** What the engine takes for a preview of a program of as many resources that do nothing; of previews only. */
  readonly noopEngineSeconds?: number;
  readonly requests: Readonly<Record<string, number>>;
  /** Of the process that took most. */
  readonly peakMemoryBytes: number;
  readonly stateBytes: number;
}

const concurrency = 16;

interface Options {
  readonly sizes: string;
  readonly previewOnly: string;
  readonly latencies: string;
  readonly peer?: string;
  readonly peerName: string;
}

async function main(): Promise<void> {
  const program = new Command("bench")
    .description("Measure create, preview, change and destroy of workspaces of several sizes")
    .option("--sizes <list>", "repositories", "50,200,1000")
    .option("--preview-only <list>", "sizes of which only the preview is measured", "5000")
    .option("--latencies <list>", "milliseconds of a request", "0,50")
    .option(
      "--peer <command>",
      "another tool's command for the same workspaces; it gets the phase as its argument (see bench/README.md)",
    )
    .option("--peer-name <name>", "what the peer is called in the results", "peer")
    .parse();
  const options = program.opts<Options>();
  const engine = await ensureEngine({ report: say });
  process.env.PATH = engine.path;
  say(`pulumi ${engine.version}`);

  const measurements: Measurement[] = [];
  const folder = join(packageRoot, "bench");
  mkdirSync(folder, { recursive: true });
  const add = (one: Measurement) => {
    measurements.push(one);
    say(row(one));
    writeFileSync(join(folder, "results.json"), `${JSON.stringify(measurements, null, 2)}\n`);
    writeFileSync(join(folder, "plot.svg"), plot(measurements));
  };
  say(heading);
  const full = numbers(options.sizes);
  for (const latency of numbers(options.latencies)) {
    for (const size of full) {
      const noop = await noopPreview(resourcesOf(workloadOf("full", size)));
      await workspace(workloadOf("full", size), latency, phases, noop, options, add);
      await workspace(workloadOf("bare", size), latency, ["create", "preview"], undefined, options, add);
    }
  }
  for (const size of numbers(options.previewOnly))
    await workspace(workloadOf("full", size), 0, ["create", "preview"], undefined, options, add, true);
}

/** Measures the phases on a new emulator and a new state. */
async function workspace(
  workload: Workload,
  latencyMs: number,
  wanted: readonly Phase[],
  noopEngineSeconds: number | undefined,
  options: Options,
  add: (one: Measurement) => void,
  skipCheckpoints = false,
): Promise<void> {
  const tools = ["bitbucket-as-code", ...(options.peer === undefined ? [] : [options.peerName])];
  for (const tool of tools) {
    const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
    const emulator = await startEmulator(latencyMs);
    try {
      writeProject(folder, packageRoot);
      const env = environment(folder, emulator);
      for (const phase of wanted) {
        writeFileSync(
          join(folder, "stacks", "bench.yaml"),
          yamlOf(workload, phase === "change" || phase === "destroy"),
        );
        await emulator.requests();
        const cost =
          tool === "bitbucket-as-code"
            ? await own(phase, folder, env, skipCheckpoints)
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
          ...(phase === "preview" && noopEngineSeconds !== undefined ? { noopEngineSeconds } : {}),
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

function own(phase: Phase, folder: string, env: NodeJS.ProcessEnv, skipCheckpoints: boolean): Promise<Cost> {
  const args = {
    create: ["up", "bench", "--yes", "--skip-preview", ...(skipCheckpoints ? ["--skip-checkpoints"] : [])],
    preview: ["preview", "bench", "--expect-no-changes"],
    change: ["up", "bench", "--yes", "--skip-preview"],
    destroy: ["destroy", "bench", "--yes"],
  }[phase];
  return measure(process.execPath, [compiled("cli", "main.js"), ...args], {
    cwd: folder,
    env: { ...env, BITBUCKET_CONCURRENCY: String(concurrency), BITBUCKET_ALLOW_DELETIONS: "1000000" },
  });
}

async function noopPreview(resources: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-bench-"));
  try {
    writeNoop(folder, packageRoot, resources);
    const env = { ...environment(folder), PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_EXPERIMENTAL: "true" };
    const pulumi = (...args: string[]) =>
      measure("pulumi", [...args, "--non-interactive", "--stack", "noop"], { cwd: folder, env });
    await run("pulumi", ["stack", "init", "noop", "--non-interactive"], { cwd: folder, env });
    await pulumi("up", "--yes", "--skip-preview");
    return (await pulumi("preview")).wallSeconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Emulator {
  readonly url: string;
  readonly email: string;
  readonly token: string;
  /** The requests since the last call, by method. */
  requests(): Promise<Record<string, number>>;
  stop(): void;
}

async function startEmulator(latency: number): Promise<Emulator> {
  const { child, match } = await start(
    process.execPath,
    [compiled("emulator", "main.js"), "--port", "0", "--latency", String(latency)],
    {
      cwd: packageRoot,
      env: process.env,
      ready:
        /^export BITBUCKET_API_URL=(\S+)[\s\S]*^export BITBUCKET_EMAIL=(\S+)[\s\S]*^export BITBUCKET_TOKEN=(\S+)$/m,
    },
  );
  const [, url = "", email = "", token = ""] = match;
  const control = `${new URL(url).origin}/_emulator/requests`;
  return {
    url,
    email,
    token,
    async requests() {
      const made = (await (await fetch(control)).json()) as { method: string }[];
      await fetch(control, { method: "DELETE" });
      const counts: Record<string, number> = { GET: 0, POST: 0, PUT: 0, DELETE: 0 };
      for (const { method } of made) counts[method] = (counts[method] ?? 0) + 1;
      return counts;
    },
    stop: () => void child.kill(),
  };
}

function environment(folder: string, emulator?: Emulator): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    NO_COLOR: "1",
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(emulator
      ? { BITBUCKET_API_URL: emulator.url, BITBUCKET_EMAIL: emulator.email, BITBUCKET_TOKEN: emulator.token }
      : {}),
  };
}

const heading = [
  "",
  "| tool | workload | repositories | latency | phase | wall s | engine alone s | requests | a repository | peak MB | state B/resource |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
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
    one.noopEngineSeconds?.toFixed(1) ?? "",
    `${all} (${requests.map(([method, count]) => `${count} ${method}`).join(", ")})`,
    (all / one.repositories).toFixed(2),
    Math.round(one.peakMemoryBytes / 1e6),
    Math.round(one.stateBytes / one.resources),
  ];
  return `| ${cells.join(" | ")} |`;
}

function numbers(list: string): number[] {
  return list
    .split(",")
    .filter((text) => text.trim() !== "")
    .map(Number);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
