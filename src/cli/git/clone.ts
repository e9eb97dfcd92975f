/** `git clone`: clones many repositories of a workspace at once, and updates them when run again. */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import colors from "picocolors";
import picomatch from "picomatch";
import { z } from "zod";
import { apiPath, type ReadClient, Slots } from "../../bitbucket";
import { environment } from "../../environment";
import { UserError } from "../../errors";
import { formatCount } from "../../errors/count";
import { type CloneOutcome, type CloneReport, cloneOrUpdate } from "../../git/clone";
import { helperEnvironment } from "../../git/helperSettings";
import { environmentFor, type GitLogin, resolveGitLogin, serverOf } from "../../git/login";
import { isName } from "../../git/urls";
import { withClient } from "../shared/connect";
import { printOutput } from "../shared/output/print";
import { startProgress } from "../shared/progress";
import { UsageError } from "../shared/project";
import { parseWholeNumber } from "../shared/wholeNumber";
import { helperProgram } from "./setup";

interface GitCloneOptions {
  readonly into: string;
  readonly layout: "flat" | "workspace" | "project";
  readonly project?: readonly string[];
  readonly ssh?: boolean;
  readonly parallel: number;
  readonly depth?: number;
  readonly filter?: string;
  readonly update: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function createGitCloneCommand(): Command {
  return new Command("clone")
    .description("Clone many repositories in parallel, and update existing clones")
    .argument("<patterns...>", "workspace/repository, with * and ?; ! before a pattern excludes")
    .option("--into <folder>", "the target folder", ".")
    .addOption(
      new Option("--layout <layout>", "folders: repository, workspace/repository or PROJECT/repository")
        .choices(["flat", "workspace", "project"])
        .default("flat"),
    )
    .option("--project <keys...>", "only repositories of these projects")
    .option("--ssh", "use SSH instead of HTTPS")
    .option(
      "--parallel <n>",
      "how many run at once",
      parseWholeNumber,
      Math.min(8, 2 * availableParallelism()),
    )
    .option("--depth <n>", "the number of commits in new clones", parseWholeNumber)
    .option("--filter <spec>", "a partial clone filter for new clones, such as blob:none")
    .option("--no-update", "do not update existing clones")
    .option("--dry-run", "list what would be cloned or updated")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      `
Existing clones are fetched, and the current branch is fast-forwarded if there are no uncommitted changes and no unpushed
commits. Otherwise the branch stays unchanged, with a message.

Requires the scope read:repository:bitbucket.

Exit codes: 0 success, 1 something failed.

Examples:
  npx bitbucket-as-code git clone 'acme/*' '!acme/old-*' --into ~/acme
  npx bitbucket-as-code git clone 'acme/*' --project PLAT WEB --layout project --ssh`,
    )
    .action(clone);
}

async function clone(patterns: readonly string[], options: GitCloneOptions): Promise<void> {
  const wanted = parsePatterns(patterns, environment().BITBUCKET_WORKSPACE);
  const [first] = wanted.keys();
  const env = environmentFor(environment(), wanted.size === 1 ? first : undefined);
  const server = serverOf(env);
  const repositories = await withClient({}, ({ client }) =>
    Promise.all(
      [...wanted].map(([workspace, globs]) => listRepositories(client, workspace, globs, options.project)),
    ),
  );
  const places = placesFor(repositories.flat(), options);
  if (places.length === 0) {
    if (options.json) printOutput("gitClone", { counts: countOutcomes([]), left: 0, repositories: [] });
    process.stderr.write(`No repository matches ${patterns.join(" ")}.\n`);
    process.exitCode = 1;
    return;
  }
  if (options.dryRun) {
    printPlan(places, options);
    return;
  }
  const stop = new AbortController();
  const stopped = () => {
    process.stderr.write("Stopping: cleaning up …\n");
    stop.abort();
  };
  process.once("SIGINT", stopped).once("SIGTERM", stopped);
  const logins = options.ssh ? new Map<string, GitLogin>() : await resolveLogins(wanted.keys());
  const bar = startProgress("repositories");
  bar.expect(places.length);
  const results: CloneReport[] = [];
  const slots = new Slots(() => options.parallel);
  const clone = async (place: (typeof places)[number]) => {
    if (stop.signal.aborted) return;
    bar.doing(`${place.workspace}/${place.slug}`);
    const login = logins.get(place.workspace);
    const result = await cloneOrUpdate({
      ...place,
      form: options.ssh ? "ssh" : "https",
      server,
      options: [
        ...(options.depth === undefined ? [] : [`--depth=${options.depth}`]),
        ...(options.filter === undefined ? [] : [`--filter=${options.filter}`]),
      ],
      leaveExisting: !options.update,
      env: login ? helperEnvironment(login.server, helperProgram, login) : {},
      signal: stop.signal,
    });
    results.push(result);
    bar.done();
    if (!options.json) process.stdout.write(`${lineOf(result)}\n`);
  };
  await Promise.all(places.map((place) => slots.run(() => clone(place))));
  bar.stop();
  process.off("SIGINT", stopped).off("SIGTERM", stopped);
  report(results, places.length - results.length, options);
  if (stop.signal.aborted) process.exitCode = 130;
}

async function resolveLogins(workspaces: Iterable<string>): Promise<Map<string, GitLogin | undefined>> {
  const logins = new Map<string, GitLogin | undefined>();
  for (const workspace of workspaces)
    logins.set(workspace, await resolveGitLogin({ env: environmentFor(environment(), workspace) }));
  return logins;
}

/** What would be cloned, and where to. */
function printPlan(places: ReturnType<typeof placesFor>, { json }: GitCloneOptions): void {
  if (json) {
    const repositories = places.map(({ workspace, slug, folder }) => ({
      workspace,
      slug,
      folder,
      outcome: "planned" as const,
      detail: "",
    }));
    printOutput("gitClone", { counts: { planned: places.length }, left: 0, repositories });
    return;
  }
  for (const { workspace, slug, folder } of places) process.stdout.write(`${workspace}/${slug}  ${folder}\n`);
}

/** The patterns of each workspace. */
function parsePatterns(
  patterns: readonly string[],
  usual: string | undefined,
): Map<string, { include: string[]; exclude: string[] }> {
  const wanted = new Map<string, { include: string[]; exclude: string[] }>();
  for (const text of patterns) {
    const pattern = text.replace(/^!/, "");
    const [workspace = "", glob, ...rest] = pattern.includes("/")
      ? pattern.split("/")
      : [usual ?? "", pattern];
    if (rest.length > 0 || !glob)
      throw new UsageError(
        `"${text}" is not a pattern of repositories: use workspace/repository, optionally with * and ?.`,
      );
    if (workspace === "")
      throw new UsageError(
        `"${text}" has no workspace: use workspace/${pattern}, or set BITBUCKET_WORKSPACE.`,
      );
    if (!isName(workspace))
      throw new UsageError(
        `"${text}": the workspace cannot be a pattern. Bitbucket no longer lists repositories across workspaces.`,
      );
    const held = wanted.get(workspace) ?? { include: [], exclude: [] };
    (text.startsWith("!") ? held.exclude : held.include).push(glob);
    wanted.set(workspace, held);
  }
  for (const [workspace, { include, exclude }] of wanted)
    if (include.length === 0)
      throw new UsageError(`!${workspace}/${exclude[0]} only excludes: add ${workspace}/*.`);
  return wanted;
}

const repositorySchema = z.object({
  slug: z.string(),
  project: z.object({ key: z.string() }).nullish(),
});

interface ListedRepository {
  readonly workspace: string;
  readonly slug: string;
  readonly project: string | undefined;
}

async function listRepositories(
  client: ReadClient,
  workspace: string,
  { include, exclude }: { readonly include: readonly string[]; readonly exclude: readonly string[] },
  projects: readonly string[] | undefined,
): Promise<ListedRepository[]> {
  const fields = "slug,project.key";
  // A single named repository is requested directly.
  const single = include.length === 1 && include[0] && isName(include[0]) ? include[0] : undefined;
  const found =
    single === undefined
      ? await client.list(apiPath`/repositories/${workspace}`, { fields, query: { sort: "slug" } })
      : [await client.get(apiPath`/repositories/${workspace}/${single}`, { query: { fields } })];
  const fits = picomatch([...include], { ignore: [...exclude], nocase: true });
  return found.flatMap((item) => {
    const { slug, project } = repositorySchema.parse(item);
    if (!isName(slug))
      throw new UserError(`Bitbucket names a repository "${slug}", which cannot be a folder.`);
    const key = project?.key;
    return fits(slug) && (projects === undefined || (key !== undefined && projects.includes(key)))
      ? [{ workspace, slug, project: key }]
      : [];
  });
}

function placesFor(
  repositories: readonly ListedRepository[],
  { into, layout }: GitCloneOptions,
): (ListedRepository & { folder: string })[] {
  const places = repositories.map((one) => {
    const above =
      layout === "workspace" ? [one.workspace] : layout === "project" ? [one.project ?? "no-project"] : [];
    if (!above.every(isName)) throw new UserError(`"${above[0]}" cannot be a folder.`);
    return { ...one, folder: resolve(join(into, ...above, one.slug)) };
  });
  const seen = new Map<string, ListedRepository>();
  for (const place of places) {
    const other = seen.get(place.folder);
    if (other && other.workspace !== place.workspace)
      throw new UsageError(
        `${other.workspace}/${other.slug} and ${place.workspace}/${place.slug} would both be cloned to ${place.folder}. Use --layout workspace.`,
      );
    seen.set(place.folder, place);
  }
  return places.filter((place) => seen.get(place.folder) === place);
}

const colour: Readonly<Record<CloneOutcome, (text: string) => string>> = {
  cloned: colors.green,
  updated: colors.green,
  current: colors.dim,
  fetched: colors.yellow,
  skipped: colors.yellow,
  failed: colors.red,
};

function lineOf({ workspace, slug, outcome, detail }: CloneReport): string {
  return `${colour[outcome](outcome.padEnd(8))} ${workspace}/${slug}${detail === "" ? "" : `: ${detail}`}`;
}

function countOutcomes(results: readonly CloneReport[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(colour).map((outcome) => [outcome, results.filter((one) => one.outcome === outcome).length]),
  );
}

function report(results: readonly CloneReport[], left: number, options: GitCloneOptions): void {
  const counts = countOutcomes(results);
  if (results.some(({ outcome }) => outcome === "failed") || left > 0) process.exitCode = 1;
  if (options.json) {
    printOutput("gitClone", { counts, left, repositories: results });
    return;
  }
  const parts = Object.entries(counts).flatMap(([outcome, count]) =>
    count > 0 ? [`${count} ${outcome}`] : [],
  );
  if (left > 0) parts.push(`${left} not started`);
  process.stdout.write(
    `${formatCount(results.length + left, "repository", "repositories")}: ${parts.join(", ")}\n`,
  );
}
