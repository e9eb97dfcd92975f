/**
 * undici's parser of HTTP, WebAssembly with one function of 34 KB: after some five responses, V8 optimizes it, which takes
 * 0.17 s of CPU time and 30 MB, as much as the rest of a short command. Here it does so after some 150.
 *
 * The bundler puts this around the place where undici compiles its parser.
 */
import { setFlagsFromString } from "node:v8";

/** V8's own value by Node's major version: `node --v8-options`. Versions that are not listed optimize as they like. */
const budgets: Readonly<Record<string, number>> = { 20: 1_800_000, 22: 13_000_000, 24: 13_000_000 };

/** Near the largest that V8 takes. */
const enough = 2_000_000_000;

/** Compiles WebAssembly that V8 is to optimize late: a module keeps the budget of the moment at which it is compiled. */
export function compileParser<T>(compile: () => T): T {
  const [major = ""] = process.versions.node.split(".");
  const usual = budgets[major];
  if (usual === undefined) return compile();
  setFlagsFromString(`--wasm-tiering-budget=${enough}`);
  try {
    return compile();
  } finally {
    // With other flags than those it was compiled under, V8 refuses the code that an earlier process left.
    setFlagsFromString(`--wasm-tiering-budget=${usual}`);
  }
}
