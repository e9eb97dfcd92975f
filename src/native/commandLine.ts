/** The lines with which a command tells a process of the provider about the engine that it starts. */
import { z } from "zod";

const commandLine = z.strictObject({
  /** What the engine's own processes would have in their environment. */
  env: z.record(z.string(), z.string()).optional(),
  /** The engine's process. */
  engine: z.int().positive().optional(),
});

/** @throws {Error} if it is none. */
export function parseCommandLine(line: string): z.output<typeof commandLine> {
  return commandLine.parse(JSON.parse(line));
}
