/** Before all tests: creates the folder of the run, and starts a watcher of the machine's processes. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { noteExampleTokens } from "./exampleTokens";
import { hasProcessList, processList, programs, removed, runFolder, temporary } from "./places";

export default function begin(): void {
  if (existsSync(runFolder)) return;
  mkdirSync(runFolder, { mode: 0o700 });
  for (const folder of [temporary, removed, programs]) mkdirSync(folder);
  noteExampleTokens();
  if (hasProcessList)
    spawn(process.execPath, [join(__dirname, "processList.mjs"), processList, String(process.pid)], {
      stdio: "ignore",
      detached: true,
    }).unref();
}
