/** The Pulumi project that a command works on, and its stacks. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { findStackFile, stackNames } from "../desired";

/** A mistake in how a command was called. Its message says what to do; it is shown without a stack trace. */
export class UsageError extends Error {}

export interface Project {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The project's name in it. */
  readonly name: string;
}

/**
 * The project in a folder or above it.
 *
 * @throws {UsageError} where there is no Pulumi.yaml.
 */
export function findProject(from = process.cwd()): Project {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, "Pulumi.yaml");
    if (existsSync(file)) {
      const { name } = z.object({ name: z.string() }).parse(parse(readFileSync(file, "utf8")));
      return { root: folder, name };
    }
    if (folder === dirname(folder))
      throw new UsageError(
        "There is no Pulumi.yaml in this folder or above it. Run this in the folder of your project.",
      );
  }
}

/** The path of a stack's YAML, from its name, or from a path as people may give it as well. */
export function stackFile(stack: string, project?: Project): string {
  if (/[/\\]|\.ya?ml$/.test(stack)) return stack;
  return findStackFile((project ?? findProject()).root, stack);
}

/**
 * The stack that is meant where none is named: the only one.
 *
 * @throws {UsageError} where there are several, or none.
 */
export function onlyStack(project: Project = findProject()): string {
  const [first, ...others] = stackNames(project.root);
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(
    first === undefined
      ? "There is no stack yet. Write stacks/<stack>.yaml."
      : `There are several stacks. Say which: --stack ${[first, ...others].join(", or --stack ")}.`,
  );
}

const stackConfig = z.object({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

/**
 * The configuration in `Pulumi.<stack>.yaml` that stands there in the clear, by whole keys: `bitbucket:apiUrl`.
 * https://www.pulumi.com/docs/iac/concepts/config/
 */
export function plainConfig(root: string, stack: string): (key: string) => string | undefined {
  const file = join(root, `Pulumi.${stack.split("/").at(-1)}.yaml`);
  const values = existsSync(file) ? (stackConfig.parse(parse(readFileSync(file, "utf8")))?.config ?? {}) : {};
  return (key) => {
    const value = values[key];
    return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
  };
}
