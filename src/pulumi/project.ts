/** What Pulumi.yaml says of a project. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readYaml } from "../desired";

const settings = z.object({
  runtime: z.union([
    z.string(),
    z.object({ name: z.string(), options: z.record(z.string(), z.unknown()).nullish() }),
  ]),
});

/** The language host that a project needs: `nodejs`, `yaml`. Undefined without a Pulumi.yaml, or with a broken one. */
export function runtimeOf(root: string): string | undefined {
  const file = join(root, "Pulumi.yaml");
  if (!existsSync(file)) return undefined;
  try {
    const { runtime } = readYaml(settings, file);
    return typeof runtime === "string" ? runtime : runtime.name;
  } catch {
    // The engine says what is wrong with it.
    return undefined;
  }
}
