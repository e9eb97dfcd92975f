/** Policies in a module of the user's own: a function that tells whether one resource complies. */
import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, UserError } from "../errors";
import type { ExpressionVariables } from "./language/expression";
import { requireKnown, Unknown, UnknownValueError } from "./language/unknown";

/** What a module's function is given: plain values, which it cannot change. */
type PolicyInput = ExpressionVariables;

/** True: the resource complies. A text, or a list of texts: what is wrong with it. */
type PolicyAnswer = boolean | string | readonly string[];

type PolicyFunction = (input: PolicyInput) => PolicyAnswer | Promise<PolicyAnswer>;

/** The module cannot be used, or has given no answer. */
export class PolicyModuleError extends UserError {}

/** Milliseconds that one answer may take. */
const patience = 10_000;

const loaded = new Map<string, Promise<PolicyFunction>>();

/**
 * Returns the function that a module exports by default.
 *
 * @throws {PolicyModuleError}
 */
export function loadPolicyModule(file: string): Promise<PolicyFunction> {
  const known = loaded.get(file) ?? load(file);
  loaded.set(file, known);
  return known;
}

async function load(file: string): Promise<PolicyFunction> {
  const name = basename(file);
  let exported: unknown;
  try {
    exported = await importModule(file);
  } catch (error) {
    if (error instanceof PolicyModuleError) throw error;
    throw new PolicyModuleError(`${name} cannot be loaded: ${messageOf(error)}`);
  }
  for (let depth = 0; depth < 2 && typeof exported === "object" && exported !== null; depth += 1)
    exported = (exported as { default?: unknown }).default;
  if (typeof exported !== "function")
    throw new PolicyModuleError(`${name} must export a function by default`);
  return exported as PolicyFunction;
}

async function importModule(file: string): Promise<unknown> {
  if (/\.[cm]?ts$/.test(file)) return compileModule(file);
  if (file.endsWith(".mjs")) return importEsm(file);
  try {
    return createRequire(file)(file);
  } catch (error) {
    // A .js file of a package with "type": "module".
    const isEsm =
      (error as { code?: unknown }).code === "ERR_REQUIRE_ESM" ||
      /Cannot use import statement|Unexpected token 'export'/.test(messageOf(error));
    if (!isEsm) throw error;
    return importEsm(file);
  }
}

/** An import that the compiler leaves as it is. */
const importEsm = (file: string): Promise<unknown> =>
  (new Function("url", "return import(url)") as (url: string) => Promise<unknown>)(pathToFileURL(file).href);

interface Compiler {
  transpileModule(
    text: string,
    options: {
      readonly compilerOptions: object;
      readonly fileName: string;
      readonly reportDiagnostics: boolean;
    },
  ): {
    readonly outputText: string;
    readonly diagnostics?: readonly { readonly messageText: unknown; readonly start?: number }[];
  };
}

/** Node 20 runs no TypeScript: the project's own compiler does it, or the one that Pulumi's SDK brings along. */
function compileModule(file: string): unknown {
  const text = readFileSync(file, "utf8");
  const compilerOptions = { module: 1, target: 7, esModuleInterop: true, inlineSourceMap: true };
  const { outputText, diagnostics = [] } = findCompiler(file).transpileModule(text, {
    compilerOptions,
    fileName: file,
    reportDiagnostics: true,
  });
  const [problem] = diagnostics;
  if (problem) {
    const line = text.slice(0, problem.start ?? 0).split("\n").length;
    const message = typeof problem.messageText === "string" ? problem.messageText : "a syntax error";
    throw new PolicyModuleError(`${basename(file)} cannot be loaded: line ${line}: ${message}`);
  }
  const compiled = new Module(file) as Module & {
    _compile(text: string, file: string): void;
    paths: string[];
  };
  compiled.filename = file;
  compiled.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
    dirname(file),
  );
  compiled._compile(outputText, file);
  return compiled.exports;
}

function findCompiler(file: string): Compiler {
  for (const find of [
    () => createRequire(file)("typescript"),
    () => require("@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js"),
  ])
    try {
      const compiler = find() as Compiler;
      if (typeof compiler.transpileModule === "function") return compiler;
    } catch {
      // The next one may be there.
    }
  throw new PolicyModuleError(
    `${basename(file)} cannot be loaded: there is no TypeScript compiler. Install "typescript", or write JavaScript`,
  );
}

/**
 * Asks a module's function. Returns what is wrong; nothing if all is well.
 *
 * @throws {UnknownValueError} if it asks for an unknown value.
 * @throws {PolicyModuleError} if it fails, or does not answer.
 */
export async function askModule(ask: PolicyFunction, input: PolicyInput): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new PolicyModuleError(`has not answered within ${patience / 1000} s`);
    timer = setTimeout(() => reject(error), patience);
  });
  try {
    return toProblems(await Promise.race([Promise.resolve(ask(input)), late]));
  } catch (error) {
    if (error instanceof UnknownValueError || error instanceof PolicyModuleError) throw error;
    throw new PolicyModuleError(`has failed: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

function toProblems(answer: unknown): readonly string[] {
  if (answer === true) return [];
  if (answer === false) return ["is not as the policy requires"];
  if (typeof answer === "string" && answer.trim() !== "") return [answer];
  if (Array.isArray(answer) && answer.every((one) => typeof one === "string" && one.trim() !== ""))
    return answer as readonly string[];
  throw new PolicyModuleError(
    "must return true, false, a text or a list of texts: what is wrong. Nothing is no answer",
  );
}

/** Plain, frozen values, of which the unknown ones throw where they are asked for. */
export function toModuleInput(variables: ExpressionVariables): ExpressionVariables {
  return freeze(variables) as ExpressionVariables;
}

function freeze(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(freeze));
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, held] of Object.entries(value)) {
    if (held instanceof Unknown)
      Object.defineProperty(copy, name, { enumerable: true, get: () => requireKnown(held) });
    else copy[name] = freeze(held);
  }
  return Object.freeze(copy);
}
