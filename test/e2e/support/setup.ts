/** Before the end-to-end tests: ensures an engine, and the compiled program that it runs. */
import { execFileSync } from "node:child_process";
import { delimiter, resolve } from "node:path";
import { ensureEngine } from "../../../src/pulumi/binary";
import { ensureHost } from "../../../src/pulumi/binary/host";
import begin from "../../hunt/begin";
import { pathWithEngine } from "./path";
import { makeTemplate } from "./stack";

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
  makeTemplate(path);
}
