/** The file in each repository with which it sets properties of its own: which are asked for, and what is taken from them. */
import { identityOf } from "../../kinds/kind";
import type { Diagnostic, Diagnostics, Position } from "../diagnostics";
import { isNull } from "../node";
import { parsePlainYaml } from "../parse";
import type { DesiredResource, DesiredStack } from "../stack";
import type { DelegatedFile } from "./layers";
import type { DelegationRule } from "./read";

/** Its path in the repository. */
export const repositoryFilePath = ".bitbucket/settings.yaml";

/** The largest file, in bytes. */
const largestRepositoryFile = 64 * 1024;

/** A repository whose file is asked for. */
export interface RepositoryFileRequest {
  readonly workspace: string;
  /** The repository's key in the stack. */
  readonly repository: string;
  /** The slug that the YAML gives it. */
  readonly slug: string;
  /** Its key before it was renamed, if declared. */
  readonly renamedFrom?: string | undefined;
  /** The commit to read instead of the main branch. */
  readonly commit?: string | undefined;
}

/** What there is of a repository's file. */
export interface RepositoryFileVersion {
  /** The UUID of the repository. Undefined: the repository does not exist yet. */
  readonly uuid?: string | undefined;
  /** The commit that was looked at. Undefined: the repository has none, or the file is one of this machine. */
  readonly commit?: string | undefined;
  /** Undefined: the commit certainly has no such file. */
  readonly text?: string | undefined;
  /** The file's name in messages, where it is one of this machine. */
  readonly name?: string | undefined;
}

/** Where the files of repositories come from. */
export interface RepositoryFileSource {
  /**
   * @returns what there is of each, by the repository's key.
   * @throws {UserError} if that of any is not certain.
   */
  read(asked: readonly RepositoryFileRequest[]): Promise<ReadonlyMap<string, RepositoryFileVersion>>;
}

/** For readers of a stack that have its files already, and to load it once more with the same ones. */
export function toFileSource(versions: ReadonlyMap<string, RepositoryFileVersion>): RepositoryFileSource {
  return {
    read: async (asked) =>
      new Map(asked.map(({ repository }) => [repository, versions.get(repository) ?? {}])),
  };
}

/** Takes every repository for one without a file: for readers that only look at what the stack itself declares. */
export const withoutRepositoryFiles: RepositoryFileSource = toFileSource(new Map());

/** The files with which a stack was loaded, to load it, or another version of it, with the same ones. */
export function repositoryFilesOf(stack: Pick<DesiredStack, "delegation"> | undefined): RepositoryFileSource {
  return toFileSource(stack?.delegation?.repositoryFiles ?? new Map());
}

/** Reads only those that are wanted, and takes the others for repositories without a file: they must not matter. */
export function onlyRepositories(
  source: RepositoryFileSource,
  isWanted: (request: RepositoryFileRequest) => boolean,
): RepositoryFileSource {
  return {
    async read(asked) {
      const wanted = asked.filter(isWanted);
      const versions = wanted.length > 0 ? await source.read(wanted) : undefined;
      const others = asked.filter((request) => !wanted.includes(request));
      return new Map([...(versions ?? []), ...others.map(({ repository }) => [repository, {}] as const)]);
    },
  };
}

/** The contents of repositories' files, by names without their commits: what a plan is bound to. */
export function contentsOfRepositoryFiles({
  delegation,
}: Pick<DesiredStack, "delegation">): ReadonlyMap<string, string> {
  return new Map(
    [...(delegation?.repositoryFiles ?? [])].flatMap(([repository, { text, name }]) =>
      text === undefined ? [] : [[name ?? `${repository}/${repositoryFilePath}`, text] as const],
    ),
  );
}

/** The rules about files in repositories, and the requests for those that they cover. */
export interface RepositoryFileNeeds {
  readonly rules: readonly DelegationRule[];
  readonly asked: readonly RepositoryFileRequest[];
}

/**
 * @param declared Returns the declared resources.
 * @returns undefined if no rule is about files in repositories.
 */
export function listRepositoryFiles(
  allRules: readonly DelegationRule[],
  workspace: string,
  declared: () => readonly DesiredResource[],
  diagnostics: Diagnostics,
): RepositoryFileNeeds | undefined {
  const rules = allRules.filter(({ file }) => file === undefined);
  if (rules.length === 0) return undefined;
  const repositories = declared().filter(({ kind, parent }) => !parent && kind.parentRole === "repository");
  const names = new Set(repositories.map(({ name }) => name));
  for (const { pins } of rules)
    for (const [repository, { position }] of pins)
      if (!names.has(repository))
        diagnostics.error(position, `the stack declares no repository "${repository}"`);
  const asked = repositories.flatMap(({ kind, name, args, renamedFrom }) => {
    const its = rules.filter((rule) => rule.matches(name));
    if (its.length === 0) return [];
    const [pin, ...others] = its.flatMap(({ pins }) => pins.get(name) ?? []);
    for (const { commit, position } of others)
      if (pin && commit !== pin.commit)
        diagnostics.error(position, `contradicts ${pin.position.file}:${pin.position.line}, which pins it`);
    return [
      {
        workspace,
        repository: name,
        slug: identityOf(kind, args),
        ...(renamedFrom == null ? {} : { renamedFrom }),
        ...(pin ? { commit: pin.commit } : {}),
      },
    ];
  });
  return { rules, asked };
}

/** Parses the files, and reports what is wrong with them. */
export function parseRepositoryFiles(
  { rules }: RepositoryFileNeeds,
  versions: ReadonlyMap<string, RepositoryFileVersion>,
  diagnostics: Diagnostics,
): readonly DelegatedFile[] {
  return [...versions].flatMap(([repository, { text, commit, name: shown }]) => {
    if (text === undefined) return [];
    const name =
      shown ??
      `${repository}/${repositoryFilePath}${commit === undefined ? "" : `@${commit.slice(0, shortHash)}`}`;
    const its = rules.filter((rule) => rule.matches(repository));
    const start: Position = { file: name, line: 1, column: 1, path: "" };
    const problem = findTextProblem(text);
    const content = problem === undefined ? parsePlainYaml(name, text, diagnostics) : undefined;
    if (problem !== undefined) diagnostics.error({ ...start, line: 0, column: 0 }, problem);
    else if (isNull(content)) diagnostics.error(start, "is empty. Delete it, or set its content to {}");
    else if (content && content.type !== "broken")
      return [
        {
          name,
          rules: its,
          ownOf: repository,
          repositories: new Map([[repository, { key: start, value: content }]]),
        },
      ];
    return [{ name, rules: its, ownOf: repository, repositories: new Map() }];
  });
}

const shortHash = 12;

function findTextProblem(text: string): string | undefined {
  if (Buffer.byteLength(text) > largestRepositoryFile)
    return `is larger than ${largestRepositoryFile / 1024} kB`;
  // What the client puts in the place of bytes that are no text.
  return text.includes("\ufffd") ? "is not UTF-8 text" : undefined;
}

/** What to do about problems in a file of a repository that was read from there: others cannot change it. */
export function advise(
  problems: readonly Diagnostic[],
  files: readonly DelegatedFile[],
  versions: ReadonlyMap<string, RepositoryFileVersion>,
): { readonly ending?: string } {
  const committed = files.filter(
    ({ ownOf }) => ownOf !== undefined && versions.get(ownOf)?.commit !== undefined,
  );
  if (!problems.some(({ file }) => committed.some(({ name }) => name === file))) return {};
  return {
    ending: 'Until a repository\'s file is fixed, "pins" in the rule can hold it at an earlier commit.',
  };
}

/** The problems, those in the file of a repository with the rules that are about it. */
export function nameRules(
  problems: readonly Diagnostic[],
  files: readonly DelegatedFile[],
): readonly Diagnostic[] {
  const byName = new Map(
    files.flatMap((file) => (file.ownOf === undefined ? [] : [[file.name, file] as const])),
  );
  return problems.map(({ namesRule, ...problem }) => {
    const rules = byName.get(problem.file)?.rules ?? [];
    if (rules.length === 0 || namesRule) return problem;
    const names = rules.map(({ name, position: { file, line } }) => `the rule "${name}" (${file}:${line})`);
    const { suggestion: meant } = problem;
    // The suggestion belongs to the message.
    const message = `${problem.message}${meant === undefined ? "" : `. Did you mean "${meant}"?`}`;
    return {
      ...problem,
      message: `${message.replace(/\.$/, "")} [a file of ${names.join(" and ")}]`,
      suggestion: undefined,
    };
  });
}
