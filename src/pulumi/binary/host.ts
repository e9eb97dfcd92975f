/**
 * Language hosts that an engine built from Go modules does not bring along, each built once and kept in a folder of its own
 * beside the engine. Pulumi's own installations hold them.
 */
import { randomUUID } from "node:crypto";
import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "./cache";
import { goBuild, goModules, requireGo } from "./goBuild";

/** The module below `engine/`, and the version that it pins. */
const hosts = {
  yaml: {
    module: "yaml-host",
    packageName: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    version: "1.25.0",
  },
} as const;

export type HostName = keyof typeof hosts;

export interface HostOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Takes lines that say what is done. */
  readonly report: (line: string) => void;
}

/**
 * A folder with the host of a language: one on PATH, or the one that is kept, or a new one.
 *
 * @throws {Error} where it is not there and cannot be built.
 */
export async function ensureHost(name: HostName, { env, report }: HostOptions): Promise<string> {
  const { module, packageName, version } = hosts[name];
  const suffix = process.platform === "win32" ? ".exe" : "";
  const file = `pulumi-language-${name}${suffix}`;
  const folder = join(dirname(cacheFolder(env, "")), `pulumi-language-${name}-${version}`);
  for (const one of [...(env.PATH ?? "").split(delimiter).filter(Boolean), folder])
    if (await isProgram(join(one, file))) return one;
  await requireGo(env);
  report(`Building the language host for ${name} from its Go modules: a minute, once …`);
  const temporary = `${folder}.${randomUUID()}`;
  try {
    await mkdir(temporary, { recursive: true });
    await goBuild({
      module: join(goModules, module),
      packageName,
      output: join(temporary, file),
      env,
      report,
    });
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
