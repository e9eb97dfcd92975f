/**
 * For `--require` in the programs that tests start: each operation of an engine starts a program and two providers,
 * and each of them loads a thousand files, which is most of what a small stack costs.
 *
 * - What V8 compiled is kept from one process to the next, beside the files' text and where each `require` led to.
 *   https://nodejs.org/docs/latest-v20.x/api/vm.html#scriptcreatecacheddata
 * - npm's Arborist and TypeScript, half of what would be compiled, are loaded when they are used. Pulumi's SDK wants
 *   them for functions that it serialises, and there are none here. (In providers, the package defers them itself.)
 * - For the same functions, the SDK's program runs V8's debugger, and hears of each script: here it does not.
 * - What traces a program with OpenTelemetry is loaded when a run is traced, and the source maps of packages, which the
 *   first stack trace would parse, are empty: its lines in a trace are those of JavaScript.
 *
 * A file that has changed is read and compiled again; where a `require` leads to holds for one installation.
 */
const { createHash } = require("node:crypto");
const {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join, sep } = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

const root = join(__dirname, "..", "..");
const [, main = "", command = ""] = process.argv;
/** As many characters of text have to be new before all is rewritten: a bundle is a single file. */
const little = 100_000;
/** Milliseconds after which a process that may be killed writes what it has. At its end, it has compiled more. */
const soon = 1000;
const deferred = new Set(["@npmcli/arborist", "typescript"]);

const tracing = /^@opentelemetry[/](?!api$)/;
const tracer = join("cmd", "run", "tracing.js");
/** As the SDK's program asks for them, not as its serialisation does. */
const debuggerHooks = "../../runtime/closure/v8Hooks";
const emptyMap = '{ "version": 3, "sources": [], "names": [], "mappings": "" }';
const noMaps = {
  retrieveSourceMap: (url) => (/[\\/]node_modules[\\/]/.test(url) ? { url, map: emptyMap } : null),
};

const program = realPathOf(main);
// Pulumi's SDK sets it later, and V8 takes back what it compiled only under the flags of then.
if (/@pulumi[\\/]pulumi[\\/]cmd|pulumi-resource-pulumi-nodejs/.test(program))
  v8.setFlagsFromString("--allow-natives-syntax");
if (program) keep(fileFor(`${program} ${/^[a-z]+$/.test(command) ? command : ""}`));

/** Empty without a file: `node -e` has only arguments. */
function realPathOf(path) {
  try {
    return realpathSync(path);
  } catch {
    return "";
  }
}

/** Each installation has a folder of its own, and in it each program with its command a file. */
function fileFor(name) {
  const { mtimeMs } = statSync(join(root, "node_modules", ".package-lock.json"));
  const installation = [process.version, mtimeMs, readFileSync(__filename)].join("\n");
  return join(root, "node_modules", ".cache", "compiled", digest(installation), digest(name));
}

function digest(text) {
  return createHash("sha1").update(text).digest("base64url");
}

function keep(file) {
  const known = read(file);
  const used = new Map();
  const paths = { ...known.paths };
  let fresh = 0;

  const isKept = (path) =>
    path.startsWith(`${root}${sep}`) && /[\\/](?:node_modules|dist)[\\/]/.test(path.slice(root.length));
  const load = Module._load;
  Module._load = function (request, ...rest) {
    const isDeferred =
      deferred.has(request) || (tracing.test(request) && rest[0]?.filename?.endsWith(tracer) === true);
    if (request === "source-map-support/register")
      return load.call(this, "source-map-support", ...rest).install(noMaps);
    if (request === debuggerHooks) return { isInitializedAsync: async () => {} };
    if (!isDeferred) return load.call(this, request, ...rest);
    const get = (_target, name) =>
      name === "__esModule" || Reflect.get(load.call(this, request, ...rest), name);
    return new Proxy({}, { get });
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    if (!parent?.filename || rest[1] || !isKept(parent.filename))
      return resolve.call(this, request, parent, ...rest);
    const key = `${dirname(parent.filename)}\n${request}`;
    const led = paths[key] ?? resolve.call(this, request, parent, ...rest);
    if (isKept(led)) paths[key] = led;
    return led;
  };
  const extension = Module._extensions[".js"];
  Module._extensions[".js"] = (module, filename) => {
    if (!isKept(filename)) return extension(module, filename);
    const { mtimeMs, size } = statSync(filename);
    const stamp = `${mtimeMs} ${size}`;
    const found = known.files.get(filename);
    const isSame = found?.stamp === stamp;
    const source = isSame ? found.source() : readFileSync(filename, "utf8");
    // A program's first file, and a package that may be of ES modules.
    if (source.startsWith("#!")) return module._compile(source, filename);
    const script = new vm.Script(Module.wrap(source), {
      filename,
      cachedData: isSame ? found.data : undefined,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!isSame || script.cachedDataRejected) fresh += source.length;
    used.set(filename, { stamp, source, script });
    const run = script.runInThisContext();
    run.call(
      module.exports,
      module.exports,
      requireOf(module, filename),
      module,
      filename,
      dirname(filename),
    );
  };

  const write = () => {
    if (fresh < little) return;
    const parts = [];
    const index = [...used].map(([filename, { stamp, source, script }]) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin 1.
      const encoding = /^[\x00-\xff]*$/.test(source) ? "latin1" : "utf8";
      const [text, data] = [Buffer.from(source, encoding), script.createCachedData()];
      parts.push(text, data);
      return [filename, stamp, encoding, text.length, data.length];
    });
    const head = Buffer.from(`${JSON.stringify({ index, paths })}\n`);
    const folder = dirname(file);
    const isNew = mkdirSync(folder, { recursive: true });
    if (isNew) removeBeside(folder);
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, Buffer.concat([head, ...parts]));
    renameSync(temporary, file);
  };
  process.on("exit", write);
  if (known.files.size === 0) setTimeout(write, soon).unref();
}

/** What was kept of an earlier installation. */
function removeBeside(folder) {
  for (const name of readdirSync(dirname(folder)))
    if (name !== basename(folder)) rmSync(join(dirname(folder), name), { recursive: true, force: true });
}

/** What an earlier process kept: the files by their path, and where each `require` led to. */
function read(file) {
  try {
    const all = readFileSync(file);
    let at = all.indexOf("\n") + 1;
    const { index, paths } = JSON.parse(all.subarray(0, at).toString());
    const entries = index.map(([filename, stamp, encoding, length, size]) => {
      const start = at;
      at += length + size;
      const source = () => all.toString(encoding, start, start + length);
      return [filename, { stamp, source, data: all.subarray(start + length, start + length + size) }];
    });
    return { files: new Map(entries), paths };
  } catch {
    return { files: new Map(), paths: {} };
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
