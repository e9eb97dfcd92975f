/** The requirements of the drift tests on the machine. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The browser, which `npm test` ensures beforehand. */
export function chromiumPath(): string {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "chromium"))
    .find((file) => existsSync(file));
  if (!found) throw new Error("chromium is not on PATH: run `npm test`, which installs it or says how.");
  return found;
}
