/** What Pulumi.yaml runs, looked at without running it: mistakes that would look like a program without resources. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { readYaml } from "../desired";
import { packageRoot, tryRead } from "../errors";

const projectSchema = z.looseObject({
  runtime: z.union([z.string(), z.looseObject({ name: z.string() })]).optional(),
  main: z.string().optional(),
});

const manifestSchema = z.looseObject({ name: z.string().optional(), main: z.string().optional() });

/** What Node and Pulumi's language host look for, in this order. */
const usualNames = ["index.js", "index.ts", "index.cjs", "index.mjs", "index.cts", "index.mts", "index.tsx"];

/** What the program of a project that runs YAML is. */
export const yamlProgramLine = 'module.exports = require("bitbucket-as-code/program");';

/**
 * Returns what is wrong with the program of a project and what to do about it; undefined if nothing is known to be.
 * Programs in other languages than Node's are not looked at.
 *
 * @param root The folder of Pulumi.yaml.
 */
export function findProgramProblem(root: string): string | undefined {
  const { runtime, main } = readYaml(projectSchema, join(root, "Pulumi.yaml"));
  if ((typeof runtime === "string" ? runtime : runtime?.name) !== "nodejs") return undefined;
  const wanted = resolve(root, main ?? ".");
  const file = findEntry(wanted);
  if (pointsIntoPackage(root, wanted))
    return (
      `Pulumi.yaml has "main: ${main}", which is in the package bitbucket-as-code: it would run the sample stacks there, and not yours. ` +
      `Take the line "main:" out of Pulumi.yaml, and write index.js with this line: ${yamlProgramLine}`
    );
  if (file === undefined)
    return (
      `${main === undefined ? "index.js" : `The program ${main}, which Pulumi.yaml names,`} is missing. ` +
      `To run YAML, write index.js with this line: ${yamlProgramLine}`
    );
  if (isBlank(readFileSync(file, "utf8")))
    return (
      `The program declared nothing: ${relative(root, file)} is empty. ` +
      `To run YAML, write this line into it: ${yamlProgramLine}`
    );
  return undefined;
}

function findEntry(path: string): string | undefined {
  const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  for (const one of [path, `${path}.js`, `${path}.ts`]) if (isFile(one)) return one;
  const { main } = readManifest(path) ?? {};
  return [...(main === undefined ? [] : [main]), ...usualNames].map((name) => join(path, name)).find(isFile);
}

/** Whether a program is this package's own, and the project is not this package itself. */
function pointsIntoPackage(root: string, program: string): boolean {
  if (!existsSync(program) || realpathSync(root) === realpathSync(packageRoot)) return false;
  for (let folder = realpathSync(program); folder !== dirname(folder); folder = dirname(folder)) {
    if (folder === realpathSync(root)) return false;
    if (readManifest(folder)?.name === "bitbucket-as-code") return true;
  }
  return false;
}

function readManifest(folder: string): z.output<typeof manifestSchema> | undefined {
  return tryRead(() => manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))));
}

/** Whether a source has nothing but comments and directives. */
function isBlank(source: string): boolean {
  const code = source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/["']use strict["'];?/, "");
  return code.trim() === "";
}
