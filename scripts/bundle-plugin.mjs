/**
 * Bundles the native provider's plugin into one file, which starts in half of the time: node scripts/bundle-plugin.mjs
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle-on-change.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param outfile The file to write.
 * @param packageRoot An expression for the folder whose files the plugin reads, at run time.
 * @param target As esbuild names it.
 */
export async function bundlePlugin({ outfile, packageRoot, target }) {
  await bundle({
    entryPoints: [join(root, "dist", "native", "main.js")],
    outfile,
    bundle: true,
    platform: "node",
    target,
    // Names stay: they are in the stack of a bug.
    minifyWhitespace: true,
    minifySyntax: true,
    external: ["@napi-rs/keyring", "@pulumi/pulumi/package.json"],
    logLevel: "error",
    plugins: [ownFiles(packageRoot), englishOnly, usedUndici],
  });
}

/** Its own files find what they read by `packageRoot`. */
function ownFiles(packageRoot) {
  return {
    name: "own files",
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        const from = relative(root, path);
        if (!from.startsWith(`dist${sep}`)) return undefined;
        const folder = JSON.stringify(dirname(from).split(sep));
        const contents = readFileSync(path, "utf8").replaceAll(
          "__dirname",
          `require("node:path").join(${packageRoot}, ...${folder})`,
        );
        return { contents: loadOnUse(contents), loader: "js", resolveDir: dirname(path) };
      }),
  };
}

/**
 * Compiled code that loads another module where it uses it. The engine starts a plugin for the schema, one for the
 * arguments of a provider and one for its resources: the first two need little of what the third does.
 */
function loadOnUse(code) {
  let result = code;
  for (const [line, name, file] of code.matchAll(
    /^(?:const|var) (\w+_\d+) = require\("(?!node:)([^"]+)"\);$/gm,
  ))
    result = result.replace(line, "").replace(new RegExp(`\\b${name}\\b`, "g"), `(require("${file}"))`);
  return result;
}

/** Zod has its messages in fifty languages. */
export const englishOnly = {
  name: "English only",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.c?js$/ }, ({ path }) => ({
      contents: path.endsWith(".cjs")
        ? 'exports.en = require("./en.cjs").default;'
        : 'export { default as en } from "./en.js";',
      loader: "js",
      resolveDir: dirname(path),
    })),
};

/**
 * Of undici, the package uses requests, agents and fetch. Its other parts cost a fifth of a process's start: for its
 * cookies alone, Node loads the undici of its own.
 */
const unusedUndici = {
  "cache/cachestorage": "exports.CacheStorage = class {};",
  "cookies/index": "",
  "eventsource/eventsource": "",
  "websocket/events": "",
  "websocket/websocket": "",
  "websocket/stream/websocketerror": "",
  "websocket/stream/websocketstream": "",
};

export const usedUndici = {
  name: "used undici",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[/\\]undici[/\\]lib[/\\]dispatcher[/\\]client-h1\.js$/ }, ({ path }) => ({
      contents: withOwnCompiler(readFileSync(path, "utf8"), path),
      loader: "js",
    }));
    onLoad({ filter: /[/\\]undici[/\\]lib[/\\]web[/\\].*\.js$/ }, ({ path }) => {
      const [, part] = /[/\\]undici[/\\]lib[/\\]web[/\\](.*)\.js$/.exec(path);
      const contents = unusedUndici[part.replaceAll("\\", "/")];
      return contents === undefined ? undefined : { contents, loader: "js" };
    });
  },
};

/** Lets undici compile its parser as `src/bitbucket/httpParser.ts` does. */
function withOwnCompiler(text, path) {
  const compilation = /= (new WebAssembly\.Module\(.*\))$/gm;
  if (!compilation.test(text)) throw new Error(`${path} compiles its parser in another way`);
  const own = JSON.stringify(join(root, "src", "bitbucket", "httpParser.ts"));
  return text.replaceAll(compilation, `= require(${own}).compileParser(() => $1)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundlePlugin({
    outfile: join(root, "dist", "native", "plugin.cjs"),
    packageRoot: 'require("node:path").join(__dirname, "..", "..")',
    // The least that `engines` in package.json takes.
    target: "node20",
  });
