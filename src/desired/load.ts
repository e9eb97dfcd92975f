/** Loads a stack's YAML as its desired state. */
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { formatCount } from "../errors/count";
import type { Kind } from "../kinds/kind";
import { Builder, type BuilderOptions } from "./builder";
import { type CombinedFiles, combineFiles } from "./combine";
import { type DelegatedFile, DelegatedLayers } from "./delegation/layers";
import { readDelegation } from "./delegation/read";
import {
  advise,
  listRepositoryFiles,
  nameRules,
  parseRepositoryFiles,
  type RepositoryFileNeeds,
  type RepositoryFileSource,
  type RepositoryFileVersion,
  repositoryFilePath,
} from "./delegation/repositoryFile";
import { readTeamFiles } from "./delegation/teamFiles";
import { DesiredStateError, Diagnostics } from "./diagnostics";
import { readStack } from "./files";
import { LayerReader } from "./layer";
import { declareNewRepository, type NewRepository, type NewRepositoryRule, readListen } from "./listen";
import { describeNode, isNull, type Node } from "./node";
import { readPolicies } from "./policies";
import { readSharding } from "./shards";
import type { DesiredStack } from "./stack";
import { findStackFile } from "./stackFiles";
import { Structure } from "./structure";
import { reportUnreadFiles } from "./unreadFiles";

/**
 * The location of a stack's YAML: the file or folder itself, or the folder that holds `stacks/`, and the
 * stack's name.
 */
type StackSource = string | { readonly directory: string; readonly stack: string };

export interface LoadOptions extends BuilderOptions {
  /**
   * The folder that displayed file names are relative to. Default: the folder that holds the file's folder.
   */
  readonly root?: string;
  /** The kinds that the YAML can hold. Default: all. */
  readonly kinds?: readonly Kind[];
  /** Declares this repository as `listen.newRepositories` says, if it does. */
  readonly newRepository?: NewRepository | undefined;
  /**
   * Where the files come from with which repositories set properties of their own, if the stack has rules about
   * these. Default: none, and such a stack is refused.
   */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
}

/**
 * Reads and checks a stack without any request, and without looking up secrets. Only the source of repositories' files
 * may make requests, if the stack delegates something to such files.
 *
 * @throws {DesiredStateError} with all problems at once.
 */
export async function loadStack(source: StackSource, options: LoadOptions = {}): Promise<DesiredStack> {
  const path = typeof source === "string" ? source : findStackFile(source.directory, source.stack);
  const root = options.root ?? dirname(dirname(resolve(path)));
  const diagnostics = new Diagnostics();
  const structure = new Structure(options.kinds);
  const { files, combined, rules, teams, sources } = readSources(path, root, structure, diagnostics);
  const folders = new Map(sources.map((file) => [file.name, dirname(file.path)]));
  const listen = readListen(combined.listen, diagnostics);
  const rule = listen?.newRepositories;
  const declared = declareNew(combined, structure, rule, options.newRepository);
  const build = (delegatedFiles: readonly DelegatedFile[], into: Diagnostics) => {
    const reader = new LayerReader(structure, folders, into, realpathSync(root));
    const delegated = new DelegatedLayers(delegatedFiles, structure, reader, into);
    const builder = new Builder(declared, structure, reader, into, options, delegated);
    builder.build(rule ? [rule.profiles] : []);
    return { builder, delegated };
  };
  const start = { file: files.at(-1)?.name ?? "", line: 1, column: 1, path: "workspace" };
  const workspace = checkWorkspace(combined.workspace, start, diagnostics);
  const needs = listRepositoryFiles(
    rules,
    workspace,
    // Without their files, they may lack values: only which repositories there are counts.
    () => build(teams.files, new Diagnostics()).builder.resources,
    diagnostics,
  );
  const versions = await readVersions(needs, options.repositoryFiles, diagnostics);
  const delegatedFiles = [
    ...teams.files,
    ...(needs ? parseRepositoryFiles(needs, versions, diagnostics) : []),
  ];
  const { builder, delegated } = build(delegatedFiles, diagnostics);
  const sharding = readSharding(combined.shards, diagnostics);
  const real = realpathSync(root);
  const policies = readPolicies(
    combined.policies,
    combined.exceptions,
    structure,
    folders,
    real,
    diagnostics,
  );
  refuseErrors(diagnostics, delegatedFiles, versions);
  const modules = (policies?.rules ?? []).flatMap(({ test }) => ("file" in test ? [test.file] : []));
  const delegation = { rules, files: delegatedFiles, repositoryFiles: versions, grants: delegated.grants };
  return {
    workspace,
    ...(combined.workspace ? { workspaceAt: combined.workspace.position } : {}),
    resources: builder.resources,
    files: [...new Set([...sources.map((file) => file.path), ...modules])],
    warnings: diagnostics.warnings,
    ...(sharding === undefined ? {} : { sharding }),
    ...(builder.unmanaged === undefined ? {} : { unmanaged: builder.unmanaged }),
    existing: builder.existing,
    ...(rules.length === 0 ? {} : { delegation }),
    ...(policies === undefined ? {} : { policies }),
    ...(listen === undefined ? {} : { listen }),
  };
}

function declareNew(
  combined: CombinedFiles,
  structure: Structure,
  rule: NewRepositoryRule | undefined,
  one: NewRepository | undefined,
): CombinedFiles {
  return one && rule?.matches(one.slug) ? declareNewRepository(combined, structure, rule, one) : combined;
}

/** Reads the stack's own files, and those of the teams that it delegates something to. */
function readSources(path: string, root: string, structure: Structure, diagnostics: Diagnostics) {
  const files = readStack(path, root, diagnostics);
  const combined = combineFiles(
    files.map((file) => file.content),
    structure,
    diagnostics,
  );
  const rules = readDelegation(combined.delegation, structure, diagnostics);
  const teams = readTeamFiles(rules, files, root, structure, diagnostics);
  const sources = [...files, ...teams.sources];
  const read = new Set(sources.map((file) => file.path));
  reportUnreadFiles(realpathSync(path), root, read, structure, diagnostics);
  return { files, combined, rules, teams, sources };
}

function refuseErrors(
  { errors }: Diagnostics,
  files: readonly DelegatedFile[],
  versions: Parameters<typeof advise>[2],
): void {
  if (errors.length > 0)
    throw new DesiredStateError(nameRules(errors, files), advise(errors, files, versions));
}

async function readVersions(
  needs: RepositoryFileNeeds | undefined,
  source: RepositoryFileSource | undefined,
  diagnostics: Diagnostics,
): Promise<ReadonlyMap<string, RepositoryFileVersion>> {
  if (!needs || needs.asked.length === 0) return new Map();
  if (!source) {
    const { name, position } = needs.rules[0] ?? {};
    if (position)
      diagnostics.error(
        position,
        `the rule "${name}" is about ${repositoryFilePath} in ${formatCount(needs.asked.length, "repository", "repositories")}, which this command does not read. Without these files, it is unknown what is desired`,
      );
    diagnostics.throwIfAny();
  }
  // What is wrong already is told without a request.
  if (!source || diagnostics.errors.length > 0) return new Map();
  const versions = await source.read(needs.asked);
  const missed = needs.asked.filter(({ repository }) => !versions.has(repository));
  // A file that was not looked for is not one that is not there.
  if (missed.length > 0)
    throw new Error(`Not read: ${missed.map(({ repository }) => repository).join(", ")}`);
  return versions;
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
