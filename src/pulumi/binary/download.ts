/**
 * Downloads the engine from Pulumi's own site. https://www.pulumi.com/docs/install/versions/
 *
 * `PulumiCommand.install` of the Automation API is no alternative: it runs a downloaded script with this
 * process's environment and its credentials, checks no checksum, supports no proxy under Node 20, and waits
 * two minutes for the site.
 */
import { createHash } from "node:crypto";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dispatcher, fetch, type Response } from "undici";
import { createProxyAgent, proxiesOf } from "../../bitbucket";
import { environment } from "../../environment";
import { UserError } from "../../errors";
import { requireRun } from "../../process/requireRun";
import { type EngineSetup, fillAtomically } from "./cache";

/** Milliseconds to the first byte: without access to the site, a build should not wait long. */
const patience = 10_000;

/** @param certificates Trusted besides the default ones, as PEM. */
export async function downloadEngine(
  { folder, version, report, env = environment() }: EngineSetup,
  certificates?: string,
): Promise<void> {
  const name = `pulumi-v${version}-${platform()}`;
  const base = "https://get.pulumi.com/releases/sdk";
  report(`Downloading ${name} …`);
  const connect = certificates === undefined ? {} : { connect: { ca: certificates } };
  const agent = createProxyAgent(connect, proxiesOf(env));
  try {
    await unpack(folder, await fetchChecked(agent, base, name, version), env);
  } finally {
    await agent.destroy();
  }
}

async function fetchChecked(agent: Dispatcher, base: string, name: string, version: string): Promise<Buffer> {
  const fetchSoon = (url: string) => fetchWithin(url, agent);
  const sums = await (await fetchSoon(`${base}/pulumi-${version}-checksums.txt`)).text();
  const expected = sums
    .split("\n")
    .find((line) => line.includes(name))
    ?.split(/\s+/)[0];
  if (!expected) throw new UserError(`the site's list of checksums has no ${name}`);
  const archive = Buffer.from(await (await fetchSoon(`${base}/${name}.tar.gz`)).arrayBuffer());
  if (createHash("sha256").update(archive).digest("hex") !== expected)
    throw new UserError("the checksum of the download is wrong");
  return archive;
}

async function unpack(folder: string, archive: Buffer, env: NodeJS.ProcessEnv): Promise<void> {
  const unpacked = await mkdtemp(join(tmpdir(), "pulumi-"));
  try {
    await writeFile(join(unpacked, "pulumi.tar.gz"), archive);
    await requireRun("tar", ["-xzf", "pulumi.tar.gz"], { cwd: unpacked, env });
    await fillAtomically(folder, (temporary) => cp(join(unpacked, "pulumi"), temporary, { recursive: true }));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function fetchWithin(url: string, dispatcher: Dispatcher): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patience);
  try {
    const response = await fetch(url, { signal: controller.signal, dispatcher });
    if (!response.ok) throw new UserError(`${url} answered ${response.status}`);
    return response;
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new UserError(`${new URL(url).host} cannot be reached (${cause})`);
  } finally {
    clearTimeout(timer);
  }
}

function platform(): string {
  const system = { linux: "linux", darwin: "darwin" }[process.platform as string];
  const processor = { x64: "x64", arm64: "arm64" }[process.arch as string];
  if (!system || !processor)
    throw new UserError(`there is no download for ${process.platform} on ${process.arch}`);
  return `${system}-${processor}`;
}
