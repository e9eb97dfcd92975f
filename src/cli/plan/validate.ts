/** `validate`: checks a stack's YAML without a token, a network or an engine. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import {
  type DesiredStack,
  DesiredStateError,
  grantsOf,
  loadStack,
  type RepositoryFileSource,
  repositoryFilePath,
  toShownPath,
  withoutRepositoryFiles,
} from "../../desired";
import { environment } from "../../environment";
import { codeOf } from "../../errors";
import { formatCount } from "../../errors/count";
import { judgeDeclared, type PolicyDecision, PolicyError } from "../../policy";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { findOnlyStack, stackFile, UsageError } from "../shared/project";

interface ValidateOptions {
  readonly teamFile?: string;
  readonly repositoryFile?: string;
  readonly repository?: string;
  readonly json?: boolean;
}

export function createValidateCommand(): Command {
  return addExamples(new Command("validate"), [
    "npx bitbucket-as-code validate acme",
    "npx bitbucket-as-code validate stacks/acme.yaml --json",
    "npx bitbucket-as-code validate acme --team-file teams/payments.yaml",
    `npx bitbucket-as-code validate ../infrastructure/stacks/acme.yaml --repository api --repository-file ${repositoryFilePath}`,
  ])
    .description("Validate a stack's YAML. Requires no token and no network")
    .argument("[stack]", "the stack's name, if there are several, or the path of its file")
    .option("--team-file <file>", "report only problems that concern this team file")
    .option(
      "--repository-file <file>",
      `report only problems that concern this ${repositoryFilePath} of a repository`,
    )
    .option("--repository <name>", "with --repository-file: its key or slug. Default: the pipeline's")
    .option("--json", "print the result as JSON")
    .action(validate);
}

async function validate(stack: string | undefined, options: ValidateOptions): Promise<void> {
  const path = stackFile(stack ?? findOnlyStack());
  const own = openRepositoryFile(options);
  const file = own?.name ?? (options.teamFile === undefined ? undefined : shownName(path, options.teamFile));
  const desired = await load(path, file, own ?? withoutRepositoryFiles);
  if (own && !own.isCovered())
    throw new UsageError(
      `No rule of "delegation" in ${path} with "repositoryFile: true" covers a repository "${own.repository}", so that ${own.name} has no effect. Add one, or name the repository as the stack does.`,
    );
  const unread = own ? 0 : (desired.delegation?.repositoryFiles.size ?? 0);
  const { resources, files } = desired;
  const team = file === undefined ? undefined : describeTeamFile(desired, file, path);
  const policies = await judgeDeclared(desired);
  const isAsked = (problem: { readonly file: string }) => file === undefined || problem.file === file;
  const warnings = [...desired.warnings, ...policies.warnings].filter(isAsked);
  const refusals = policies.refusals.filter(isAsked);
  if (refusals.length > 0) throw new PolicyError(refusals, "An apply would stop before the first change.");
  if (options.json) {
    printOutput("validate", {
      path,
      resources: resources.length,
      files: files.length,
      warnings,
      ...(team === undefined ? {} : { team }),
      ...(unread === 0 ? {} : { unreadRepositoryFiles: unread }),
      ...(desired.policies ? { undecidedPolicies: policiesIn(policies) } : {}),
    });
    return;
  }
  for (const warning of warnings)
    process.stderr.write(`${warning.file}:${warning.line}:${warning.column} warning: ${warning.message}\n`);
  process.stdout.write(
    team === undefined
      ? `${path} is valid: ${formatCount(resources.length, "resource")} from ${formatCount(files.length, "file")}\n`
      : `${team.file} is valid: it sets ${formatCount(team.properties, "property", "properties")} of ${formatCount(team.repositories, "repository", "repositories")}, by ${team.rules.map((rule) => `the rule "${rule}"`).join(" and ")}\n`,
  );
  if (unread > 0)
    process.stdout.write(
      `Not read: ${repositoryFilePath} of ${formatCount(unread, "repository", "repositories")}. A preview reads these files; --repository-file checks one.\n`,
    );
  const undecided = policiesIn(policies);
  if (undecided.length > 0)
    process.stdout.write(
      `Only a preview, with the live state and the secrets, decides about: ${undecided.join(", ")}\n`,
    );
}

/** The name of a file in messages about a stack. */
function shownName(stack: string, file: string): string {
  return toShownPath(dirname(dirname(resolve(stack))), resolve(file));
}

/** @throws {DesiredStateError} with the problems in the team's file alone, if there are some. */
async function load(
  path: string,
  file: string | undefined,
  repositoryFiles: RepositoryFileSource,
): Promise<DesiredStack> {
  try {
    return await loadStack(path, { repositoryFiles });
  } catch (error) {
    if (!(error instanceof DesiredStateError) || file === undefined) throw error;
    const own = error.diagnostics.filter((problem) => problem.file === file);
    throw own.length > 0 ? new DesiredStateError(own) : error;
  }
}

/** A repository's own file on this machine. */
interface LocalRepositoryFile extends RepositoryFileSource {
  /** As messages name it: relative to the current folder, so that a report finds it in the repository. */
  readonly name: string;
  /** As it was given. */
  readonly repository: string;
  /** Whether the stack asked for it. */
  readonly isCovered: () => boolean;
}

function openRepositoryFile({
  repositoryFile,
  teamFile,
  repository = environment().BITBUCKET_REPO_SLUG,
}: ValidateOptions): LocalRepositoryFile | undefined {
  if (repositoryFile === undefined) return undefined;
  if (teamFile !== undefined)
    throw new UsageError("--team-file and --repository-file are about one file each: leave one out.");
  if (!repository) throw new UsageError("Whose file is it? Name the repository: --repository <key or slug>.");
  const text = readLocalFile(repositoryFile);
  const name = toShownPath(process.cwd(), resolve(repositoryFile));
  let isAsked = false;
  return {
    name,
    repository,
    isCovered: () => isAsked,
    async read(asked) {
      const own =
        asked.find((request) => request.repository === repository) ??
        asked.find(({ slug }) => slug === repository);
      isAsked = own !== undefined;
      return new Map(asked.map((request) => [request.repository, request === own ? { text, name } : {}]));
    },
  };
}

/** Bytes that are no text are replaced, as in a file that comes from the API, and reported as there. */
function readLocalFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = codeOf(error) === "ENOENT" ? "does not exist" : "cannot be read";
    throw new UsageError(`${path} ${reason}. A repository without this file sets nothing.`);
  }
}

interface TeamFileSummary {
  readonly file: string;
  readonly rules: readonly string[];
  readonly repositories: number;
  readonly properties: number;
}

function describeTeamFile(stack: DesiredStack, file: string, path: string): TeamFileSummary {
  const found = stack.delegation?.files.find(({ name }) => name === file);
  if (!found)
    throw new UsageError(
      `No rule of "delegation" in ${path} names ${file}, so that it has no effect. Add one, or check the path.`,
    );
  const properties = stack.resources
    .flatMap((resource) => [...grantsOf(stack, resource).values()])
    .filter(({ position }) => position.file === file);
  return {
    file,
    rules: found.rules.map(({ name }) => name),
    repositories: found.repositories.size,
    properties: properties.length,
  };
}

/** The policies about which the YAML alone does not decide. */
function policiesIn({ pending }: PolicyDecision): readonly string[] {
  return [...new Set(pending.map(({ policy }) => policy.name))].sort();
}
