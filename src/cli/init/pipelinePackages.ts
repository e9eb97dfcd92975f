/** What a pipeline installs: `npm ci` takes package.json and its lock file, and the sources that they name. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { z } from "zod";
import { environment } from "../../environment";
import { UserError } from "../../errors";
import { runProgram } from "../../process/run";
import { projectFiles } from "../../scaffold";
import { confirm } from "../shared/ask";
import { UsageError } from "../shared/project";
import { writeProject } from "./write";

const packageName = "bitbucket-as-code";
const manifestSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()).optional() });

interface PackageOptions {
  /** A published version, a tarball in the repository, or the address of a git repository. */
  readonly package?: string | undefined;
  readonly yes?: boolean | undefined;
}

/**
 * Makes sure that `npm ci` finds what it installs: writes `package.json` and the lock file if the user agrees.
 *
 * @param root The project's folder.
 * @param top The folder of the git repository, which a pipeline has.
 * @returns What is still missing, a line each.
 */
export async function preparePackages(root: string, top: string, options: PackageOptions): Promise<string[]> {
  const source = options.package === undefined ? undefined : checkSource(options.package, root, top);
  const missing = findMissing(root, source);
  if (missing.length > 0) {
    const isAsked = options.yes || process.stdin.isTTY;
    const question = `"npm ci" in a pipeline needs ${missing.join(" and ")}. Write it?`;
    if (!isAsked || !(await confirm(question, options.yes)))
      return [`"npm ci" needs ${missing.join(" and ")}: npx ${packageName} init pipelines --yes writes it.`];
    await writePackages(root, source);
  }
  const named = readDependency(root);
  if (named === undefined || isInRepository(named, root, top)) return [];
  return [
    `package.json installs ${packageName} from ${named}, which is not in this repository. Copy the file into it, or name a ` +
      `version or a git address, and run it again with --package <spec>.`,
  ];
}

function findMissing(root: string, source: string | undefined): string[] {
  const named = readDependency(root);
  const isNamed = named !== undefined && (source === undefined || source === named);
  return [
    ...(isNamed
      ? []
      : [`a package.json with ${packageName}${source === undefined ? "" : ` from ${source}`}`]),
    ...(isNamed && existsSync(join(root, "package-lock.json")) ? [] : ["a package-lock.json"]),
  ];
}

function readDependency(root: string): string | undefined {
  const file = join(root, "package.json");
  if (!existsSync(file)) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, "utf8"))).dependencies?.[packageName];
  } catch {
    throw new UsageError(`${file} is not a package.json that npm reads: fix it, and run this again.`);
  }
}

async function writePackages(root: string, source: string | undefined): Promise<void> {
  const file = join(root, "package.json");
  const files = projectFiles({ workspace: "any", language: "yaml", source });
  writeProject(root, new Map([["package.json", files.get("package.json") ?? ""]]));
  if (source !== undefined) {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const dependencies = { ...manifest.dependencies, [packageName]: source };
    writeFileSync(file, `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`);
  }
  const isWindows = process.platform === "win32";
  const args = ["install", "--package-lock-only", "--no-audit", "--no-fund", "--loglevel=error"];
  const { exitCode, stdout, stderr, failure } = await runProgram(
    isWindows ? "cmd.exe" : "npm",
    isWindows ? ["/c", "npm", ...args] : args,
    { cwd: root, env: environment() },
  );
  if (exitCode !== 0)
    throw new UserError(
      `package.json is written, and npm could not write package-lock.json: ${failure?.message ?? `${stdout}${stderr}`.trim()}\n` +
        `If this version of ${packageName} is not published, name a tarball in the repository or a git address: --package <spec>.`,
    );
}

/** @returns How package.json names it. */
function checkSource(spec: string, root: string, top: string): string {
  if (!existsSync(spec)) return spec;
  const path = `file:${relative(root, resolve(spec)).split("\\").join("/")}`;
  if (!isInRepository(path, root, top))
    throw new UsageError(`--package ${spec} is not in the repository ${top}: copy it into it first.`);
  return path;
}

/** Whether a pipeline, which has the repository and nothing else of this machine, can install it. */
function isInRepository(spec: string, root: string, top: string): boolean {
  if (!/^(file:|link:|\.|\/|~)/.test(spec)) return true;
  const file = resolve(root, spec.replace(/^(file|link):/, ""));
  return existsSync(file) && !relative(top, file).startsWith("..");
}
