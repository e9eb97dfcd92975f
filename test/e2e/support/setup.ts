/** Before the end-to-end tests: an engine, and the compiled program that it runs. */
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { ensureEngine } from "../../../src/pulumi/binary";
import begin from "../../hunt/begin";
import { makeTemplate } from "./stack";

export default async function setup(): Promise<void> {
  begin();
  const root = resolve(__dirname, "..", "..", "..");
  // The engine runs what is in dist: it has to be what is in src.
  execFileSync("npm", ["run", "build", "--silent"], { cwd: root, stdio: "inherit" });
  const engine = await ensureEngine({ report: (line) => process.stderr.write(`${line}\n`) });
  process.env.PATH = engine.path;
  makeTemplate();
}
