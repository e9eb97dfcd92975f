/**
 * Bundles each of the package's entries into one file, in the place of the compiled one: node scripts/bundle.mjs
 *
 * A Node process of this package otherwise opens 500 files and more, which is most of its start. The classes of a
 * process that has two of these files are not shared: what has to be is marked with Symbol.for.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle-on-change.mjs";
import { englishOnly, usedUndici } from "./bundle-plugin.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src");

/** The entries, by their paths below `src`: those of `exports`, the command line, and what the engine's processes load. */
const entries = [
  "index",
  "program",
  "provider/entry",
  "provider/watch",
  "cli/commands",
  "cli/git/credential",
  "compile/run",
  "policyPack/index",
];

/** Pulumi's SDK, of which a process has one copy, and what is there on some machines only. */
const external = ["@pulumi/*", "@napi-rs/keyring", "jq-web", "bitbucket-as-code-emulator"];

for (const entry of entries) {
  await bundle({
    entryPoints: [join(source, `${entry}.ts`)],
    outfile: join(root, "dist", `${entry}.js`),
    bundle: true,
    platform: "node",
    // The least that `engines` in package.json takes.
    target: "node20",
    external,
    // Without a reference to it: for a single stack trace, Pulumi's host would read it all, half a second of a program.
    sourcemap: "external",
    sourcesContent: false,
    // Names stay: they are in the stack of a bug.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "error",
    plugins: [ownFolders(dirname(entry)), englishOnly, usedUndici],
  });
}

/** A file finds what it reads from the folder that it would be compiled into. */
function ownFolders(from) {
  return {
    name: "own folders",
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!path.startsWith(source) || !text.includes("__dirname")) return undefined;
        const folder = JSON.stringify(relative(from, dirname(relative(source, path))));
        const contents = text.replaceAll("__dirname", `require("node:path").join(__dirname, ${folder})`);
        return { contents, loader: "ts" };
      }),
  };
}
