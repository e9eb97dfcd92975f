/** Whether a project's program is this package's own, which runs or compiles YAML: only then it is known without the engine. */
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { readYaml } from "../desired";
import { packageRoot } from "../errors";
import { nativePackage } from "../model/typeToken";
import { runtimeOf } from "../pulumi/project";

const projectFile = z.looseObject({
  name: z.string(),
  runtime: z.union([
    z.string(),
    z.looseObject({
      name: z.string(),
      options: z.looseObject({ compiler: z.string().optional() }).nullish(),
    }),
  ]),
  main: z.string().optional(),
  options: z.looseObject({ refresh: z.string().optional() }).nullish(),
  plugins: z
    .looseObject({
      providers: z.array(z.looseObject({ name: z.string(), path: z.string().optional() })).nullish(),
    })
    .nullish(),
  packages: z.record(z.string(), z.unknown()).nullish(),
});
type ProjectFile = z.output<typeof projectFile>;

/** The language hosts that run this package's programs. */
export type ProgramRuntime = "nodejs" | "yaml";

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
  const project = readYaml(projectFile, join(root, "Pulumi.yaml"));
  const { runtime, main, options } = project;
  const [name, compiler] =
    typeof runtime === "string" ? [runtime] : [runtime.name, runtime.options?.compiler];
  const isCompiled = name === "yaml";
  const isOfHost = (variable: string) => isCompiled && ofHost.has(variable);
  const option = Object.keys(env).find((one) => ofEngine.test(one) || isOfHost(one));
  if (option !== undefined) return `${option} is set`;
  if (options?.refresh !== "always") return "Pulumi.yaml does not say that the engine refreshes the state";
  const isOwn = isCompiled
    ? main === undefined && isOwnCompiler(root, compiler)
    : name === "nodejs" && isOwnProgram(root, main);
  if (!isOwn) return "the program is another than that of this package";
  if (!hasOwnPlugin(root, project, env)) return "the native provider is another than that of this package";
  return undefined;
}

/** What runs the program of a project of which `whyOnlyEngine` knows no reason. */
export function programRuntime(root: string): ProgramRuntime {
  return runtimeOf(root) === "yaml" ? "yaml" : "nodejs";
}

/** Variables that change what the engine does, or attach another provider to it. */
const ofEngine = /^PULUMI_(OPTION_|RUN_PROGRAM$|REFRESH$|DEBUG_PROVIDERS$)/;

/** What Pulumi's YAML host passes to the compiler; a user's own variable would replace it. */
const ofHost: ReadonlySet<string> = new Set([
  "PULUMI_CONFIG",
  "PULUMI_ORGANIZATION",
  "PULUMI_PROJECT",
  "PULUMI_ROOT_DIRECTORY",
]);

/** Whether the command is `node` with this package's compiler, as `init` writes it. */
function isOwnCompiler(root: string, command: string | undefined): boolean {
  const [, file] = /^\s*node\s+([^\s"'\\$`]+)\s*$/.exec(command ?? "") ?? [];
  return (
    file !== undefined && isSameFile(resolve(root, file), join(packageRoot, "dist", "compile", "main.js"))
  );
}

/** Whether the engine finds this package's plugin: by its path, or on the PATH that commands set. */
function hasOwnPlugin(root: string, { plugins, packages }: ProjectFile, env: NodeJS.ProcessEnv): boolean {
  if (packages && nativePackage in packages) return false;
  const named = plugins?.providers?.filter(({ name }) => name === nativePackage) ?? [];
  const isOwn = ({ path }: { readonly path?: string | undefined }) =>
    path !== undefined && isSameFile(resolve(root, path), join(packageRoot, "plugin"));
  return named.length === 0 ? !env.PULUMI_IGNORE_AMBIENT_PLUGINS : named.every(isOwn);
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
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
