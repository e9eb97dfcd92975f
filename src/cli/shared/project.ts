/** The Pulumi project that a command works on, and its stacks. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import { findStackFile, listStackNames, readYaml } from "../../desired";
import { environment } from "../../environment";
import { UserError } from "../../errors";
import { toStackName } from "../../model/stackName";
import { runProgramSync } from "../../process/run";
import type { ConfigLookup } from "../../provider/configLookup";
import { engineSearchPath } from "../../pulumi/binary";
import { findProgramProblem } from "../../pulumi/programFile";

/**
 * A mistake in how a command was called. Its message says what to do; it is printed without a stack trace.
 */
export class UsageError extends UserError {}

export interface PulumiProject {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The project's name in that file. */
  readonly name: string;
}

/**
 * Finds the project in a folder or above it.
 *
 * @throws {UsageError} if there is no Pulumi.yaml.
 */
export function findProject(from = process.cwd()): PulumiProject {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, "Pulumi.yaml");
    if (existsSync(file)) {
      const { name } = readYaml(z.object({ name: z.string() }), file);
      return { root: folder, name };
    }
    if (folder === dirname(folder))
      throw new UsageError(
        "There is no Pulumi.yaml in this folder or above it. Run this in the folder of your project, or create one: " +
          "npx bitbucket-as-code init <folder>",
      );
  }
}

/**
 * Finds the project of a command that runs its program.
 *
 * @throws {UsageError} if there is none, or if its program would declare nothing by a mistake.
 */
export function findRunnableProject(): PulumiProject {
  const project = findProject();
  const problem = findProgramProblem(project.root);
  if (problem !== undefined) throw new UsageError(problem);
  return project;
}

/** The path of a stack's YAML, from the stack's name or from that path. */
export function stackFile(stack: string, project?: PulumiProject): string {
  if (/[/\\]|\.ya?ml$/.test(stack)) return stack;
  return findStackFile((project ?? findProject()).root, stack);
}

/**
 * The only stack, which is the default.
 *
 * @throws {UsageError} if there are several, or none.
 */
export function findOnlyStack(project: PulumiProject = findProject()): string {
  const [first, ...others] = listStackNames(project.root);
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(
    first === undefined
      ? "There is no stack yet. Write stacks/<stack>.yaml, or import a workspace: npx bitbucket-as-code import <workspace>"
      : `There are several stacks. Name one of them: ${[first, ...others].join(", ")}.`,
  );
}

const stackConfig = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

/**
 * Reads the configuration in `Pulumi.<stack>.yaml`, and beneath it `config:` of `Pulumi.yaml`, by full keys:
 * `bitbucket:apiUrl`. Encrypted values are decrypted by the engine on demand, which may take a second and require a passphrase in the environment.
 * https://www.pulumi.com/docs/iac/concepts/config/
 */
export function readConfig(root: string, stack: string): ConfigLookup {
  const file = join(root, `Pulumi.${toStackName(stack)}.yaml`);
  const own = existsSync(file) ? (readYaml(stackConfig, file)?.config ?? {}) : {};
  const values = { ...readProjectConfig(root), ...own };
  const isSecret = (key: string) => encrypted.safeParse(values[key]).success;
  const lookup = (key: string) => {
    const value = values[key];
    if (isSecret(key)) return decryptConfig(root, stack, key);
    return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
  };
  const has = (key: string) => isSecret(key) || lookup(key) !== undefined;
  return Object.assign(lookup, { has, isSecret, names: Object.keys(values) });
}

const projectConfig = z.object({ name: z.string(), config: z.record(z.string(), z.unknown()).nullish() });

/** https://www.pulumi.com/docs/iac/concepts/config/#project-level-configuration */
function readProjectConfig(root: string): Readonly<Record<string, unknown>> {
  const file = join(root, "Pulumi.yaml");
  if (!existsSync(file)) return {};
  let read: z.output<typeof projectConfig>;
  try {
    read = readYaml(projectConfig, file);
  } catch {
    // The engine says what is wrong with it.
    return {};
  }
  return Object.fromEntries(
    Object.entries(read.config ?? {}).flatMap(([key, given]) => {
      const declared = configType.safeParse(given);
      const value = declared.success ? (declared.data.value ?? declared.data.default) : given;
      // A key without a namespace is the project's.
      return value === undefined ? [] : [[key.includes(":") ? key : `${read.name}:${key}`, value]];
    }),
  );
}

/** The long form of a value, as an object. */
const configType = z.object({ value: z.unknown().optional(), default: z.unknown().optional() });

const encrypted = z.object({ secure: z.string() });

const known = new Map<string, string>();

function decryptConfig(root: string, stack: string, key: string): string {
  const name = JSON.stringify([root, stack, key]);
  const value = known.get(name) ?? runDecrypt(root, stack, key);
  known.set(name, value);
  return value;
}

function runDecrypt(root: string, stack: string, key: string): string {
  const { exitCode, stdout, stderr, failure } = runProgramSync(
    "pulumi",
    ["config", "get", key, "--stack", stack, "--non-interactive", "--color", "never"],
    {
      cwd: root,
      env: { ...environment(), PATH: engineSearchPath(environment()), PULUMI_SKIP_UPDATE_CHECK: "true" },
    },
  );
  if (exitCode === 0) return stdout.trim();
  const why = failure ? "there is no Pulumi engine" : stderr.trim().replace(/^error: /, "");
  throw new UsageError(
    `${key} in Pulumi.${stack}.yaml is encrypted and could not be read: ${why}\nSet the key that the stack's secrets are ` +
      "encrypted with (for example PULUMI_CONFIG_PASSPHRASE), or set the credential in the environment.",
  );
}
