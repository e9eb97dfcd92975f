/**
 * Reads the states that Pulumi keeps in files of this machine, without starting the engine. It reads what it knows in
 * every detail, and leaves all else to the engine's own command line: another backend or layout, another format, a
 * stack without a file.
 * https://github.com/pulumi/pulumi/tree/master/pkg/backend/diy
 */
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { readYaml } from "../desired";
import { isObject, tryRead } from "../errors";
import { urnPrefix } from "./urn";

export interface FileBackend {
  /** The folder that holds the states of a project's stacks. */
  readonly folder: string;
  readonly project: string;
}

/** A state as `pulumi stack export` prints it. */
export interface ExportedState {
  readonly version: number;
  readonly features?: readonly string[];
  readonly deployment: Readonly<Record<string, unknown>>;
}

const projectSchema = z.object({
  name: z.string(),
  backend: z.object({ url: z.string().optional() }).nullish(),
});

/** Layout 1: a folder for each project. https://www.pulumi.com/docs/iac/concepts/state-and-backends/ */
const layoutSchema = z.object({ version: z.literal(1) });

interface HeldResource {
  readonly urn: string;
  readonly type: string;
}

function isHeldResource(value: unknown): value is HeldResource {
  return isObject(value) && typeof value.urn === "string" && typeof value.type === "string";
}

const checkpointSchema = z
  .strictObject({
    version: z.union([z.literal(3), z.literal(4)]),
    features: z.array(z.literal("refreshBeforeUpdate")).optional(),
    checkpoint: z.strictObject({
      stack: z.string(),
      config: z.unknown().optional(),
      latest: z.looseObject({
        manifest: z.looseObject({ version: z.string() }),
        // Not copied: there may be thousands, and who reads the state parses them.
        resources: z.array(z.custom<HeldResource>(isHeldResource)).optional(),
      }),
    }),
  })
  .refine(({ version, features }) => version === 4 || features === undefined);

/** Names that are the same in a path as in a state. */
const plainName = /^(?!\.+$)(?!.*__0x)[\w.-]+$/;

/** The parameters of a backend's address that say nothing about where its files are. */
const harmless = new Set(["metadata", "no_tmp_dir", "create_dir"]);

/**
 * Returns the file backend of a project, or undefined if it has another one, or one that is not known in every detail.
 *
 * @param from The folder of Pulumi.yaml, or one below it.
 */
export function findFileBackend(from: string, env: NodeJS.ProcessEnv): FileBackend | undefined {
  try {
    const project = readProject(from, env);
    if (project === undefined) return undefined;
    const { name, url } = project;
    const root = url === undefined ? undefined : folderOf(url, env);
    if (root === undefined || !plainName.test(name)) return undefined;
    readYaml(layoutSchema, join(root, ".pulumi", "meta.yaml"));
    return { folder: join(root, ".pulumi", "stacks", name), project: name };
  } catch {
    return undefined;
  }
}

/** The folder of a backend, whatever its layout; undefined for others. */
export function findBackendFolder(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const url = tryRead(() => readProject(root, env)?.url);
  return url === undefined ? undefined : folderOf(url, env, root);
}

/** The name of the project, and the address of its backend. */
function readProject(from: string, env: NodeJS.ProcessEnv) {
  const file = findProjectFile(from);
  if (file === undefined) return undefined;
  const { name, backend } = readYaml(projectSchema, file);
  return { name, url: env.PULUMI_BACKEND_URL || backend?.url || readCurrentBackend(env) };
}

/** The folders that an operation on a stack writes to, in its order: that of its locks, and that of the states. */
export function writtenFolders({ folder, project }: FileBackend, stack: string): readonly string[] {
  return [join(folder, "..", "..", "locks", "organization", project, stack), folder];
}

/** Returns the names of the stacks, or undefined if they have to be asked for. */
export async function listFileStacks({ folder }: FileBackend): Promise<readonly string[] | undefined> {
  try {
    const files = await readdir(folder, { withFileTypes: true });
    const names = files.flatMap((file) => {
      const name = /^(.*)\.json(\.gz|\.zst)?$/.exec(file.name)?.[1];
      return file.isFile() && name !== undefined ? [name] : [];
    });
    return names.every((name) => plainName.test(name)) ? [...new Set(names)].sort() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns a stack's state, or undefined if it has to be asked for. Secrets in it stay encrypted.
 *
 * @param stack The stack's name, with or without its organization and project.
 */
export async function readFileState(
  { folder, project }: FileBackend,
  stack: string,
): Promise<ExportedState | undefined> {
  const [name = "", ...before] = stack.split("/").reverse();
  const whole = ["organization", project, name].join("/");
  if (!plainName.test(name) || !isNameOf(before, project)) return undefined;
  try {
    const { version, features, checkpoint } = checkpointSchema.parse(
      JSON.parse(await readOnlyFile(folder, name)),
    );
    const { latest } = checkpoint;
    const ofStack = urnPrefix(name, project);
    const isOfStack = ({ urn }: { urn: string }) => urn.startsWith(ofStack);
    if (checkpoint.stack !== whole || latest.resources?.every(isOfStack) === false) return undefined;
    return { version, ...(features ? { features } : {}), deployment: latest };
  } catch {
    return undefined;
  }
}

/** Whether the part before a stack's name is this project, and the only organization of such a backend. */
function isNameOf([project, organization]: readonly string[], own: string): boolean {
  if (organization === undefined) return project === undefined || project === "organization";
  return project === own && organization === "organization";
}

/** @throws {Error} if there is no file, or more than one: an earlier one with another compression. */
async function readOnlyFile(folder: string, name: string): Promise<string> {
  const variants = [".json", ".json.gz", ".json.zst"].filter((end) => existsSync(join(folder, name + end)));
  const [only, ...others] = variants;
  if (only === undefined || only === ".json.zst" || others.length > 0) throw new Error("not one known file");
  const bytes = await readFile(join(folder, name + only));
  return (only === ".json.gz" ? await promisify(gunzip)(bytes) : bytes).toString("utf8");
}

function findProjectFile(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
      const file = join(folder, name);
      if (existsSync(file)) return name === "Pulumi.yaml" ? file : undefined;
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** The backend of `pulumi login`. https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/creds.go */
function readCurrentBackend(env: NodeJS.ProcessEnv): string | undefined {
  if (env.PULUMI_CREDENTIALS_PATH) return undefined;
  const home = env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi");
  const file = join(home, "credentials.json");
  return z.object({ current: z.string() }).parse(JSON.parse(readFileSync(file, "utf8"))).current;
}

/**
 * The folder of an address like `file:///home/alice/state?metadata=skip` or `file://~`. Undefined: it is not known.
 *
 * @param base What a relative path starts from. Default: that is not known, as the engine takes the folder that it runs in.
 */
export function folderOf(url: string, env: NodeJS.ProcessEnv, base?: string): string | undefined {
  const [, path = "", query = ""] = /^file:\/\/([^?%#]*)(?:\?([^#]*))?$/.exec(url) ?? [];
  if (![...new URLSearchParams(query).keys()].every((name) => harmless.has(name))) return undefined;
  if (process.platform === "win32") return undefined;
  if (isAbsolute(path)) return path;
  if (base !== undefined && /^\.{1,2}(?:\/|$)/.test(path)) return resolve(base, path);
  const home = path === "~" || path.startsWith("~/") ? findHome(env) : undefined;
  return home === undefined ? undefined : join(home, path.slice(1));
}

/**
 * What the engine takes for `~`: the home in the user's record, and `HOME` where it finds no record. Undefined if these differ.
 * https://pkg.go.dev/os/user#Current
 */
function findHome(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const { homedir: home } = userInfo();
    return home === env.HOME ? home : undefined;
  } catch {
    return undefined;
  }
}
