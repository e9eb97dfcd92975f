/**
 * Each file of tests has a context of its own, in which Jest compiles and runs every module anew: this package, zod, the
 * emulator, and Jest's own. A worker compiles a module once, and runs what it compiled in every context.
 */
import vm, { type Context, Script } from "node:vm";

interface Compiled {
  readonly source: string;
  readonly script: Script;
}

type CompileFunction = typeof vm.compileFunction;

/** In place of Node's function, for modules that run in a context. What else is compiled goes to Node's own. */
export function compileOnce(): void {
  const compiled = new Map<string, Compiled>();
  const compile = vm.compileFunction;
  vm.compileFunction = (source, params = [], options = {}) => {
    const { filename, parsingContext } = options;
    if (filename === undefined || parsingContext === undefined) return compile(source, params, options);
    const head = `(function (${params.join(", ")}) {`;
    const key = `${head}${filename}`;
    const known = compiled.get(key);
    if (known?.source === source) return run(known.script, parsingContext);
    try {
      // The lines and columns of errors are those of the module.
      const script = new Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
      compiled.set(key, { source, script });
      return run(script, parsingContext);
    } catch {
      // Node's own says what is wrong with it.
      return compile(source, params, options);
    }
  };
}

function run(script: Script, context: Context): ReturnType<CompileFunction> {
  return script.runInContext(context) as ReturnType<CompileFunction>;
}
