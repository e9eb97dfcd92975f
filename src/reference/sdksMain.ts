/** Writes the SDKs of the native provider into `sdk/`, or into the given folder. */
import { resolve } from "node:path";
import { environment } from "../environment";
import { packageRoot } from "../errors";
import { generateSdks } from "./sdks";

async function main(folder: string): Promise<void> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  report(`${await generateSdks(folder, { env: environment(), report })} → ${folder}`);
}

void main(resolve(packageRoot, process.argv[2] ?? "sdk"));
