/** The engine from Pulumi's own site. https://www.pulumi.com/docs/install/versions/ */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fillWhole, type SetUp } from "./cache";

const execute = promisify(execFile);

/** Milliseconds to the first byte: without a way to the site, a build should not wait long. */
const patience = 10_000;

export async function download({ folder, version, report }: SetUp): Promise<void> {
  const name = `pulumi-v${version}-${platform()}`;
  const base = "https://get.pulumi.com/releases/sdk";
  report(`Downloading ${name} …`);
  const sums = await (await fetchSoon(`${base}/pulumi-${version}-checksums.txt`)).text();
  const expected = sums
    .split("\n")
    .find((line) => line.includes(name))
    ?.split(/\s+/)[0];
  if (!expected) throw new Error(`the site's list of checksums has no ${name}`);
  const archive = Buffer.from(await (await fetchSoon(`${base}/${name}.tar.gz`)).arrayBuffer());
  if (createHash("sha256").update(archive).digest("hex") !== expected)
    throw new Error("the checksum of the download is wrong");
  const unpacked = await mkdtemp(join(tmpdir(), "pulumi-"));
  try {
    await writeFile(join(unpacked, "pulumi.tar.gz"), archive);
    await execute("tar", ["-xzf", "pulumi.tar.gz"], { cwd: unpacked });
    await fillWhole(folder, (temporary) => cp(join(unpacked, "pulumi"), temporary, { recursive: true }));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function fetchSoon(url: string): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patience);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`${new URL(url).host} cannot be reached (${cause})`);
  } finally {
    clearTimeout(timer);
  }
}

function platform(): string {
  const system = { linux: "linux", darwin: "darwin" }[process.platform as string];
  const processor = { x64: "x64", arm64: "arm64" }[process.arch as string];
  if (!system || !processor)
    throw new Error(`there is no download for ${process.platform} on ${process.arch}`);
  return `${system}-${processor}`;
}
