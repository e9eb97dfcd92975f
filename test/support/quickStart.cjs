/**
 * For `--require` in the programs that tests start: each operation of an engine starts a program and two providers,
 * and each of them loads more than a thousand files, which is most of what a small stack costs.
 *
 * - What V8 compiled is kept from one process to the next.
 *   https://nodejs.org/docs/latest-v20.x/api/vm.html#scriptcreatecacheddata
 * - npm's Arborist, a third of those files, is loaded when it is used. Pulumi's SDK wants it for the dependencies of
 *   functions that it serialises, and there are none here.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const vm = require("node:vm");

const folder = join(__dirname, "..", "..", "node_modules", ".cache", "compiled");
const [, main, command = ""] = process.argv;
/** As many files have to be new before all is rewritten. */
const few = 20;
/** Milliseconds after which a process that is going to be killed writes what it has. */
const soon = 1000;

const digest = (text) => createHash("md5").update(text).digest("base64url");
deferArborist();
if (main) keep(join(folder, digest(`${main} ${/^[a-z]+$/.test(command) ? command : ""}`)));

function keep(file) {
  const known = read(file);
  const scripts = new Map();
  let fresh = 0;
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    // What is no file of ours or of a package is compiled as ever, and so is one with `#!`, the first of all.
    if (!/\/(node_modules|dist)\//.test(filename) || content.startsWith("#!"))
      return compile.call(this, content, filename);
    const key = digest(content);
    const script = new vm.Script(Module.wrap(content), {
      filename,
      cachedData: known.get(key),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!known.has(key) || script.cachedDataRejected) fresh += 1;
    scripts.set(key, script);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this, filename), this, filename, dirname(filename));
  };
  const write = () => {
    if (fresh < few) return;
    fresh = 0;
    const data = [...scripts].map(([key, script]) => [key, script.createCachedData()]);
    const index = JSON.stringify(data.map(([key, { length }]) => [key, length]));
    mkdirSync(folder, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${index}\n`), ...data.map(([, one]) => one)]));
    renameSync(temporary, file);
  };
  process.on("exit", write);
  if (known.size === 0) setTimeout(write, soon).unref();
}

/** What was compiled earlier, by the digest of its source. */
function read(file) {
  try {
    const all = readFileSync(file);
    let at = all.indexOf("\n") + 1;
    const entries = JSON.parse(all.subarray(0, at).toString()).map(([key, length]) => {
      at += length;
      return [key, all.subarray(at - length, at)];
    });
    return new Map(entries);
  } catch {
    return new Map();
  }
}

/** As Node makes it: https://nodejs.org/docs/latest-v20.x/api/modules.html#requireid */
function requireOf(module, filename) {
  const require = (id) => module.require(id);
  Object.defineProperty(require, "resolve", { get: () => Module.createRequire(filename).resolve });
  return Object.assign(require, {
    main: process.mainModule,
    cache: Module._cache,
    extensions: Module._extensions,
  });
}

function deferArborist() {
  const load = Module._load;
  Module._load = function (request, ...rest) {
    if (request !== "@npmcli/arborist") return load.call(this, request, ...rest);
    const get = (_target, name) =>
      name === "__esModule" || Reflect.get(load.call(this, request, ...rest), name);
    return new Proxy({}, { get });
  };
}
