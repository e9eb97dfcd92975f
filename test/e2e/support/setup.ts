/** Before the end-to-end tests: ensures an engine, and the compiled program that it runs. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join, resolve } from "node:path";
import { ensureEngine } from "../../../src/pulumi/binary";
import { ensureHost } from "../../../src/pulumi/binary/host";
import begin from "../../hunt/begin";
import { pathWithEngine } from "./path";
import { makeTemplates, vaultAddress } from "./stack";

export default async function setup(): Promise<void> {
  begin();
  const root = resolve(__dirname, "..", "..", "..");
  // The engine runs dist, which must match src.
  execFileSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" });
  const engine = await ensureEngine({ report: (line) => process.stderr.write(`${line}\n`) });
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const host = await ensureHost("yaml", { env: { ...process.env, PATH: engine.path }, report });
  const path = [engine.path, host].join(delimiter);
  // Unit tests in the same run find no engine, as when they run alone.
  process.env[pathWithEngine] = path;
  process.env[vaultAddress] = await startVault();
  makeTemplates(path);
}

/** Starts it as a process of its own, which ends after this one: tests wait for programs without answering requests. */
async function startVault(): Promise<string> {
  const child = spawn(process.execPath, [join(__dirname, "vault.mjs"), String(process.pid)], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const [line] = await once(child.stdout, "data");
  child.stdout.destroy();
  child.unref();
  return String(line).trim();
}
