/** Selects from JSON with jq itself, compiled to WebAssembly. https://jqlang.org/manual/ */
import { z } from "zod";
import { UsageError } from "../shared/project";

interface Jq {
  raw(json: string, filter: string, flags: readonly string[]): string;
}

const loadedModule = z.object({ raw: z.custom<Jq["raw"]>((value) => typeof value === "function") });

/**
 * Returns a filter's results: texts as they are, everything else as compact JSON, a line each.
 *
 * @throws {UsageError} with jq's message about the filter.
 */
export async function selectWithJq(json: string, filter: string): Promise<string> {
  const loaded = await load();
  try {
    return loadedModule.parse(loaded).raw(json, filter, ["-r", "-c"]);
  } catch (error) {
    const said =
      error instanceof Error ? error.message.replace(/^Non-zero exit code: \d+\n/, "") : String(error);
    throw new UsageError(`--jq ${filter}: ${said.trim()}`);
  }
}

async function load(): Promise<unknown> {
  try {
    return await require("jq-web");
  } catch {
    throw new UsageError("--jq: the optional package jq-web is not installed. Run: npm install jq-web");
  }
}
