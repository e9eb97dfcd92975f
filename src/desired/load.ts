/** Loads a stack's YAML as its desired state. */
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Kind } from "../kinds/kind";
import { Builder, type BuilderOptions } from "./builder";
import { combineFiles } from "./combine";
import { DelegatedLayers } from "./delegation/layers";
import { readDelegation } from "./delegation/read";
import { readTeamFiles } from "./delegation/teamFiles";
import { Diagnostics } from "./diagnostics";
import { findStackFile, readStack } from "./files";
import { LayerReader } from "./layer";
import { declareNewRepository, type NewRepository, readListen } from "./listen";
import { describeNode, isNull, type Node } from "./node";
import { readPolicies } from "./policies";
import { readSharding } from "./shards";
import type { DesiredStack } from "./stack";
import { Structure } from "./structure";

/**
 * The location of a stack's YAML: the file or folder itself, or the folder that holds `stacks/`, and the
 * stack's name.
 */
export type StackSource = string | { readonly directory: string; readonly stack: string };

export interface LoadOptions extends BuilderOptions {
  /**
   * The folder that displayed file names are relative to. Default: the folder that holds the file's folder.
   */
  readonly root?: string;
  /** The kinds that the YAML can hold. Default: all. */
  readonly kinds?: readonly Kind[];
  /** Declares this repository as `listen.newRepositories` says, if it does. */
  readonly newRepository?: NewRepository | undefined;
}

/**
 * Reads and checks a stack without any request, and without looking up secrets.
 *
 * @throws {DesiredStateError} with all problems at once.
 */
export async function loadStack(source: StackSource, options: LoadOptions = {}): Promise<DesiredStack> {
  const path = typeof source === "string" ? source : findStackFile(source.directory, source.stack);
  const root = options.root ?? dirname(dirname(resolve(path)));
  const diagnostics = new Diagnostics();
  const structure = new Structure(options.kinds);
  const files = readStack(path, root, diagnostics);
  const combined = combineFiles(
    files.map((file) => file.content),
    structure,
    diagnostics,
  );
  const rules = readDelegation(combined.delegation, structure, diagnostics);
  const teams = readTeamFiles(rules, files, root, structure, diagnostics);
  const sources = [...files, ...teams.sources];
  const folders = new Map(sources.map((file) => [file.name, dirname(file.path)]));
  const reader = new LayerReader(structure, folders, diagnostics, realpathSync(root));
  const delegated = new DelegatedLayers(teams.files, structure, reader, diagnostics);
  const listen = readListen(combined.listen, diagnostics);
  const { newRepository } = options;
  const rule = listen?.newRepositories;
  const builder = new Builder(
    newRepository && rule?.matches(newRepository.slug)
      ? declareNewRepository(combined, structure, rule, newRepository)
      : combined,
    structure,
    reader,
    diagnostics,
    options,
    delegated,
  );
  builder.build(rule ? [rule.profiles] : []);
  const last = files.at(-1);
  const start = { file: last?.name ?? "", line: 1, column: 1, path: "workspace" };
  const workspace = checkWorkspace(combined.workspace, start, diagnostics);
  const sharding = readSharding(combined.shards, diagnostics);
  const policies = readPolicies(
    combined.policies,
    combined.exceptions,
    structure,
    folders,
    realpathSync(root),
    diagnostics,
  );
  diagnostics.throwIfAny();
  const modules = (policies?.rules ?? []).flatMap(({ test }) => ("file" in test ? [test.file] : []));
  return {
    workspace,
    ...(combined.workspace ? { workspaceAt: combined.workspace.position } : {}),
    resources: builder.resources,
    files: [...new Set([...sources.map((file) => file.path), ...modules])],
    warnings: diagnostics.warnings,
    ...(sharding === undefined ? {} : { sharding }),
    ...(builder.unmanaged === undefined ? {} : { unmanaged: builder.unmanaged }),
    existing: builder.existing,
    ...(rules.length === 0 ? {} : { delegation: { rules, files: teams.files, grants: delegated.grants } }),
    ...(policies === undefined ? {} : { policies }),
    ...(listen === undefined ? {} : { listen }),
  };
}

function checkWorkspace(node: Node | undefined, start: Node["position"], diagnostics: Diagnostics): string {
  if (!node || isNull(node)) {
    diagnostics.error(start, 'is required: the workspace as in its URL, such as "workspace: acme"');
  } else if (node.type === "scalar" && typeof node.value === "string") {
    if (/^[\w.-]+$|^\{[0-9a-fA-F-]{36}\}$/.test(node.value)) return node.value;
    diagnostics.error(node.position, "must be the workspace's name as in its URL, or its UUID in braces");
  } else if (node.type !== "broken") {
    diagnostics.error(node.position, `must be text, not ${describeNode(node)}`);
  }
  return "";
}
