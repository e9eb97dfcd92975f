/** What is measured, phase by phase: a new front end or option is a line here, and its name one in `measurements.ts`. */
import { compiledPath } from "../src/cli/shared/paths";
import { type Phase, phases } from "./measurements";
import type { Workload } from "./workload";

export interface PhaseCommand {
  /** The program and its arguments, in the project's folder. */
  readonly command: readonly string[];
  /** Whether the YAML has another description of one repository by then. */
  readonly isChanged?: boolean;
}

const cli = (...args: string[]) => [process.execPath, compiledPath("cli", "main.js"), ...args];

export const commands: Readonly<Record<Phase, PhaseCommand>> = {
  create: { command: cli("up", "bench", "--yes", "--skip-preview") },
  drift: { command: cli("drift", "bench") },
  preview: { command: cli("preview", "bench", "--expect-no-changes") },
  "preview-engine": { command: cli("preview", "bench", "--expect-no-changes", "--engine") },
  "pulumi-preview": {
    command: ["pulumi", "preview", "--stack", "bench", "--expect-no-changes", "--non-interactive"],
  },
  "preview-changed": { command: cli("preview", "bench", "--changed"), isChanged: true },
  change: { command: cli("up", "bench", "--yes", "--skip-preview"), isChanged: true },
  destroy: { command: cli("destroy", "bench", "--yes"), isChanged: true },
};

/** All phases for repositories with resources; bare ones are made and previewed. Plain Pulumi previews one stack. */
export function phasesOf({ name, shards }: Workload): readonly Phase[] {
  if (name === "bare") return ["create", "preview"];
  return phases.filter((phase) => phase !== "pulumi-preview" || shards === 1);
}

/** What another tool is measured in. */
export const peerPhases: ReadonlySet<Phase> = new Set(["create", "preview", "change", "destroy"]);
