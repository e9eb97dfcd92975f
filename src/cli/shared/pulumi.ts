/** Runs the engine's command line and extracts the relevant parts of its output. */
import { UserError } from "../../errors";
import { runPulumi } from "../../pulumi/command";

export interface Pulumi {
  /** Runs a command to its end and returns its output. Throws with the output if it fails. */
  run(...args: string[]): Promise<string>;
}

export function pulumiIn(cwd: string, env: NodeJS.ProcessEnv): Pulumi {
  return {
    async run(...args) {
      const { exitCode, stdout, stderr, failure } = await runPulumi(args, { cwd, env });
      const output = stdout + stderr;
      if (exitCode !== 0)
        throw new UserError(`pulumi ${args.join(" ")} failed:\n${output || failure?.message}`);
      return output;
    },
  };
}

const step =
  /^\s*([-+~]+|\+-|-\+)\s+(?:pulumi-nodejs:bitbucket|bitbucket-cloud:index):(\w+)\s+(\S.*?)\s+(create[d]?|update[d]?|delete[d]?|replace[d]?)\b(?! failed)(.*)$/;

/** A line for each resource that an operation changes, or would change: `~ Webhook api:ci (url)`. */
export function changedLines(output: string): string[] {
  const lines = output.split("\n").flatMap((line) => {
    const [, sign, kind, name, , rest = ""] = line.match(step) ?? [];
    if (!sign) return [];
    const fields = rest.match(/\[diff: ([^\]]*)\]/)?.[1];
    return [`${sign} ${kind} ${name}${fields ? ` (${fields})` : ""}`];
  });
  return [...new Set(lines)];
}

/** The engine's own summary, on one line. */
export function summaryLines(output: string): string[] {
  const block = output.match(/^Resources:\n((?: {4}.*\n?)+)/m)?.[1] ?? "";
  const counts = block
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return counts.length > 0 ? [counts.join(", ")] : [];
}
