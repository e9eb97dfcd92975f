/**
 * A registry of npm on this machine, with what the checkout has installed and what a test gives it: packages are
 * installed as users do it, without a network.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

const checkout = resolve(__dirname, "..", "..");

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), link: z.boolean().optional() }),
  ),
});
const manifestSchema = z.looseObject({ name: z.string(), version: z.string() });

export interface Registry {
  readonly url: string;
  /** What was asked for and is not there. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

interface Version {
  readonly manifest: z.output<typeof manifestSchema>;
  /** The folder of the installed package, or its tarball. Undefined: it cannot be had. */
  readonly source?: { readonly folder: string } | { readonly tarball: string };
}

/**
 * Besides what is installed, there is a newer version of Pulumi's SDK that supports only a later Node.js, as there is in
 * the public registry for Node.js 20. It is in the metadata alone: whoever selects it fails.
 *
 * @param tarballs Packed packages, with what their `package.json` says.
 */
export async function startRegistry(
  tarballs: readonly { readonly file: string; readonly manifest: unknown }[],
): Promise<Registry> {
  const installed = installedVersions();
  const versions = [
    ...installed,
    ...installed.flatMap(laterSdk),
    ...tarballs.map(
      ({ file, manifest }): Version => ({
        manifest: manifestSchema.parse(manifest),
        source: { tarball: file },
      }),
    ),
  ];
  const missing: string[] = [];
  const links = mkdtempSync(join(tmpdir(), "registry-"));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "").slice(1);
    const [name = "", file] = path.split("/-/");
    const found = versions.filter(({ manifest }) => manifest.name === name);
    const one = found.find(({ manifest, source }) => source && file === `${manifest.version}.tgz`);
    if (found.length === 0 || (file !== undefined && !one?.source)) {
      missing.push(path);
      response.writeHead(404).end("{}");
    } else if (one?.source) {
      if ("tarball" in one.source) response.end(readFileSync(one.source.tarball));
      else
        packFolder(
          one.source.folder,
          join(links, `${name.replace("/", "+")}-${one.manifest.version}`),
          response,
        );
    } else {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(describePackage(name, found, `http://${request.headers.host}`)));
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    missing,
    close: () =>
      new Promise<void>((done) => {
        rmSync(links, { recursive: true, force: true });
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** What the lock file names and is installed; optional packages of other systems are not. */
function installedVersions(): Version[] {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")));
  return Object.entries(lock.packages).flatMap(([path, { link }]) => {
    if (!path.startsWith("node_modules/") || link) return [];
    const folder = join(checkout, path);
    try {
      const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
      return [{ manifest, source: { folder } }];
    } catch {
      return [];
    }
  });
}

/** The next minor version, for a Node.js that does not exist. */
function laterSdk({ manifest }: Version): Version[] {
  if (manifest.name !== "@pulumi/pulumi") return [];
  const [major, minor] = manifest.version.split(".").map(Number);
  return [
    { manifest: { ...manifest, version: `${major}.${(minor ?? 0) + 1}.0`, engines: { node: ">=99" } } },
  ];
}

/** https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
function describePackage(name: string, versions: readonly Version[], origin: string): unknown {
  const all = versions.map(({ manifest }): [string, unknown] => [
    manifest.version,
    { ...manifest, dist: { tarball: `${origin}/${name}/-/${manifest.version}.tgz` } },
  ]);
  return {
    name,
    "dist-tags": { latest: versions.at(-1)?.manifest.version },
    versions: Object.fromEntries(all),
  };
}

/** As npm packs it: everything below `package/`, without what is installed below it. */
function packFolder(folder: string, parent: string, response: NodeJS.WritableStream): void {
  mkdirSync(parent, { recursive: true });
  try {
    symlinkSync(folder, join(parent, "package"));
  } catch {
    // It was asked for before.
  }
  const args = ["-C", parent, "-c", "-h", "-f", "-", "--exclude=package/node_modules", "package"];
  const tar = spawn("tar", args, { stdio: ["ignore", "pipe", "ignore"] });
  tar.stdout.pipe(response);
}
