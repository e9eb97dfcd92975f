/** The options of the Node processes that an engine of a run starts: its program, and its providers. */
import { join } from "node:path";
import { packageRoot } from "../errors";

/** Ends a provider's process together with its engine, from the start. */
const watchModule = join(packageRoot, "dist", "provider", "watch.js");

/**
 * Megabytes of each half of V8's space for new objects; its default is 16. With half of it, a program takes a tenth less
 * memory, and one hundredth more processor time.
 */
const semiSpace = 8;

/** @param own The user's, which count before what is set here. */
export function nodeOptionsFor(own: string | undefined): string {
  const required = `--require ${JSON.stringify(watchModule)}`;
  return [`--max-semi-space-size=${semiSpace}`, own, required].filter(Boolean).join(" ");
}
