/** Whether a project's program is this package's own, which runs YAML: only then it is known without the engine. */
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { readYaml } from "../desired";
import { packageRoot } from "../errors";

const projectFile = z.looseObject({
  name: z.string(),
  runtime: z.union([z.string(), z.looseObject({ name: z.string() })]),
  main: z.string().optional(),
  options: z.looseObject({ refresh: z.string().optional() }).nullish(),
});

/** A program that does nothing but load this package's. */
const loadsOwn =
  /^(["']use strict["'];?\s*)?(module\.exports\s*=\s*)?(require\(\s*["']bitbucket-as-code\/program["']\s*\)|import\s+["']bitbucket-as-code\/program["']);?$/;

/** Comments, which a program of one line may have. */
const comment = /\/\*[\s\S]*?\*\/|(^|\n)\s*\/\/[^\n]*/g;

/**
 * Returns, in a line, why an engine may do something else with this project than a look without it can know; or
 * undefined where it cannot.
 *
 * @param root The folder of Pulumi.yaml.
 * @param env The engine's.
 */
export function whyOnlyEngine(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const option = Object.keys(env).find((name) => /^PULUMI_(OPTION_|RUN_PROGRAM$|REFRESH$)/.test(name));
  if (option !== undefined) return `${option} is set`;
  const { runtime, main, options } = readYaml(projectFile, join(root, "Pulumi.yaml"));
  if (options?.refresh !== "always") return "Pulumi.yaml does not say that the engine refreshes the state";
  if ((typeof runtime === "string" ? runtime : runtime.name) !== "nodejs" || !isOwnProgram(root, main))
    return "the program is another than that of this package";
  return undefined;
}

function isOwnProgram(root: string, main: string | undefined): boolean {
  try {
    const file = createRequire(join(root, "package.json")).resolve(resolve(root, main ?? "."));
    if (realpathSync(file) === ownProgram()) return true;
    const text = readFileSync(file, "utf8").replace(comment, "").trim();
    return loadsOwn.test(text) && realpathSync(findProgram(file)) === ownProgram();
  } catch {
    return false;
  }
}

/** The program of the package that is installed where a file is. */
function findProgram(file: string): string {
  return createRequire(join(dirname(file), "package.json")).resolve("bitbucket-as-code/program");
}

function ownProgram(): string {
  return realpathSync(join(packageRoot, "dist", "program.js"));
}
