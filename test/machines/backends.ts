/** The servers that hold a state for several machines: each is started for a test, on loopback alone. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface StateServer {
  /** For `PULUMI_BACKEND_URL`. */
  readonly url: string;
  /** What else the engine's environment needs. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Postgres from the package of Debian, in a cluster of its own. It refuses to run as root. */
export async function startPostgres(): Promise<StateServer> {
  const programs = postgresPrograms();
  if (programs === undefined)
    throw new Error("initdb and postgres are missing: npm run test:machines says more");
  const owner = process.getuid?.() === 0 ? userOf("postgres") : {};
  // The temporary folder of a test run is its user's alone.
  const folder = mkdtempSync(join(owner.uid === undefined ? tmpdir() : "/tmp", "postgres-"));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const options = { ...owner, cwd: folder, stdio: ["ignore", "ignore", "inherit"] as const };
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "pulumi", "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"],
    { ...options, stdio: ["ignore", "ignore", "inherit"] },
  );
  const port = await freePort();
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    { ...owner, cwd: folder, stdio: "ignore" },
  );
  const url = `postgres://pulumi@127.0.0.1:${port}/postgres?sslmode=disable`;
  await untilListening(server, port);
  return {
    url,
    env: {},
    async close() {
      await stop(server, "SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** moto's server: S3 as far as a state needs it. https://docs.getmoto.org/en/latest/docs/server_mode.html */
export async function startS3(): Promise<StateServer> {
  const port = await freePort();
  const server = spawn(process.env.MOTO_SERVER || "moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  await untilListening(server, port);
  const response = await fetch(`http://127.0.0.1:${port}/acme-state`, { method: "PUT" });
  if (!response.ok) throw new Error(`The bucket could not be created: ${response.status}`);
  return {
    url: `s3://acme-state?region=us-east-1&endpoint=http://127.0.0.1:${port}&use_path_style=true`,
    env: { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none", AWS_REGION: "us-east-1" },
    close: () => stop(server, "SIGTERM"),
  };
}

/** The folder of initdb and postgres, which Debian does not put on PATH. */
export function postgresPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ]
    .filter((folder) => folder !== "")
    .find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

function userOf(name: string): { readonly uid?: number; readonly gid?: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  let failure: string | undefined;
  server.once("error", ({ message }) => {
    failure = message;
  });
  server.once("exit", (code) => {
    failure ??= `exit code ${code}`;
  });
  for (const began = Date.now(); ; await sleep(100)) {
    if (failure !== undefined) throw new Error(`${server.spawnfile} did not start: ${failure}`);
    if (await isListening(port)) return;
    if (Date.now() - began > 60_000) throw new Error(`${server.spawnfile} does not answer`);
  }
}

async function isListening(port: number): Promise<boolean> {
  const { connect } = await import("node:net");
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

async function stop(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((done) => server.once("exit", done));
  server.kill(signal);
  await ended;
}
