/** bench/results.json (a module of that name would be it): one object per measurement. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { workloads } from "./workload";

/** In the order of a run: each begins with what the one before has left. */
export const phases = [
  "create",
  "drift",
  "preview",
  "preview-engine",
  "pulumi-preview",
  "preview-changed",
  "change",
  "destroy",
] as const;
export type Phase = (typeof phases)[number];

const measurementSchema = z.object({
  tool: z.string(),
  phase: z.enum(phases),
  workload: z.enum(workloads),
  repositories: z.number(),
  projects: z.number(),
  resources: z.number(),
  shards: z.number(),
  latencyMs: z.number(),
  /** Concurrent requests, at most. */
  concurrency: z.number(),
  wallSeconds: z.number(),
  /** User and system, of the command and all processes below it; null in results of earlier versions. */
  cpuSeconds: z.number().nullable().default(null),
  /** How long the machine takes for a fixed piece of work, beside this measurement: compare ratios to it. */
  calibrationSeconds: z
    .object({
      /** SHA-256 over 1 GB. */
      sha256: z.number(),
      /** Node's own start, CPU. */
      node: z.number(),
    })
    .nullable()
    .default(null),
  /**
   * The engine's time for a preview of a program with as many resources that do nothing; null if not
   * measured.
   */
  noopEngineSeconds: z.number().nullable().default(null),
  requests: z.object({ GET: z.number(), POST: z.number(), PUT: z.number(), DELETE: z.number() }),
  /** Of the process with the highest value. */
  peakMemoryBytes: z.number(),
  /** Of all processes at once, at most, what they share counted for each; null in results of earlier versions. */
  treeMemoryBytes: z.number().nullable().default(null),
  /** The same, what they share divided among them; null where the kernel does not tell, and in earlier results. */
  treeProportionalBytes: z.number().nullable().default(null),
  stateBytes: z.number(),
});
export type Measurement = z.output<typeof measurementSchema>;

/** The measurements so far. */
export function readResults(path: string): readonly Measurement[] {
  return existsSync(path) ? z.array(measurementSchema).parse(JSON.parse(readFileSync(path, "utf8"))) : [];
}

/** Adds a measurement to the earlier ones, replaces one of the same workload, and returns all of them. */
export function writeResults(path: string, one: Measurement): readonly Measurement[] {
  const others = readResults(path).filter((other) => nameOf(other) !== nameOf(one));
  const all = [...others, one].sort(inOrder);
  writeFileSync(`${path}.partial`, `${JSON.stringify(all, null, 2)}\n`);
  renameSync(`${path}.partial`, path);
  return all;
}

function nameOf({ tool, phase, workload, repositories, latencyMs }: Measurement): string {
  return JSON.stringify([tool, phase, workload, repositories, latencyMs]);
}

function inOrder(a: Measurement, b: Measurement): number {
  return (
    a.workload.localeCompare(b.workload) * -1 ||
    a.repositories - b.repositories ||
    a.latencyMs - b.latencyMs ||
    a.tool.localeCompare(b.tool) ||
    phases.indexOf(a.phase) - phases.indexOf(b.phase)
  );
}
