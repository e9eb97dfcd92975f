/** `import`: writes an existing workspace as YAML and into the state, without changing it. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Command, InvalidArgumentError, Option } from "commander";
import { ledgerFolder } from "../../bitbucket";
import { escapeUnprintable } from "../../bitbucket/printable";
import { describeAccount } from "../../credentials";
import { environment } from "../../environment";
import { toWholeNumber } from "../../environment/wholeNumber";
import { codeOf, messageOf, UserError } from "../../errors";
import { importWorkspace, readTerraform, type TerraformState } from "../../import";
import type { Properties } from "../../kinds/kind";
import { LiveReader, readingFile, readText } from "../../live";
import { isAdoptionForAll } from "../../provider/adoptionForAll";
import { managerOf } from "../../provider/declaredProvider";
import { LockedError, Stacks } from "../../run";
import { programFiles } from "../../scaffold";
import { tellAccount } from "../shared/account";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { printOutput } from "../shared/output/print";
import type { ImportReport } from "../shared/output/project";
import { startProgress } from "../shared/progress";
import { findProject, readConfig, UsageError } from "../shared/project";
import { openJournal, resumeAfterStop } from "../shared/reading";
import { repositoryFilesOnce } from "../shared/repositoryFiles";
import { lockImport } from "./importLock";
import { type CommandOutcome, showImport, toReport } from "./importOutcome";
import { kindsOf, selectPart } from "./importPart";

interface ImportCommandOptions {
  readonly stack?: string;
  readonly project?: string[];
  readonly repository?: string[];
  readonly kinds?: string[];
  readonly secrets: "config" | "env" | "pass";
  readonly shards?: Properties;
  readonly intoProgram?: string;
  readonly forPulumi?: string;
  readonly fromTerraform?: string;
  readonly adopt?: boolean;
  readonly dryRun?: boolean;
  readonly fresh?: boolean;
  readonly json?: boolean;
  /** Says nothing of what comes next: `init` does. */
  readonly isNewProject?: boolean;
}

export function createImportCommand(): Command {
  return new Command("import")
    .description("Import an existing workspace: write its YAML and its state, and change nothing in it")
    .argument("<workspace>", "the workspace, as in its URL")
    .option("-s, --stack <stack>", "the stack to write into (default: named like the workspace)")
    .option("--project <globs...>", "only these projects, by key, and their repositories")
    .option("--repository <globs...>", "only these repositories, by slug")
    .option(
      "--kinds <kinds...>",
      "only these resource types: Repository, Webhook, … Branch and Tag are imported only if listed",
    )
    .addOption(
      new Option("--secrets <from>", "the source of secrets, which Bitbucket does not return")
        .choices(["config", "env", "pass"])
        .default("config"),
    )
    .option(
      "--shards <project|number>",
      "split a new stack into one shard for each project, or into this number of shards",
      shardsOption,
    )
    .option("--into-program <file>", "write a TypeScript program with the typed classes instead of YAML")
    .option(
      "--for-pulumi <file>",
      "write the file for pulumi import --file, for the native provider, instead of YAML",
    )
    .addOption(
      new Option(
        "--from-terraform <state.json>",
        'import what a Terraform state manages: the output of "terraform state pull", or - for standard input',
      ).conflicts(["project", "repository", "kinds"]),
    )
    .option("--adopt", "add what differs from the YAML to the state as well: the next up changes it")
    .option("--dry-run", "show what would be written")
    .option("--fresh", "ignore the cached responses of an interrupted import")
    .option("--json", "print what was imported, and what remains to be done, as JSON")
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  npx bitbucket-as-code import acme",
        "  npx bitbucket-as-code import acme --project PLAT --stack platform",
        "  terraform state pull | npx bitbucket-as-code import acme --from-terraform -",
        "  npx bitbucket-as-code import acme --repository 'svc-*' --kinds Repository Webhook",
        "",
        "A second import adds what is new and leaves the rest of the files unchanged. An interrupted import resumes.",
      ].join("\n"),
    )
    .action(async (workspace: string, options: ImportCommandOptions) => {
      const outcome = await run(workspace, options);
      const stack = options.stack ?? workspace;
      if (options.json) printOutput("import", toReport(outcome, stack, options));
      else showImport(outcome, stack, options);
    });
}

/** Imports a workspace into a project that was just created. */
export async function importInto(
  root: string,
  workspace: string,
  intoProgram: string | undefined,
  quiet: boolean | undefined,
): Promise<ImportReport> {
  process.chdir(root);
  const options: ImportCommandOptions = {
    secrets: "config",
    isNewProject: true,
    ...(intoProgram === undefined ? {} : { intoProgram }),
  };
  const outcome = await run(workspace, options);
  if (!quiet) showImport(outcome, workspace, options);
  return toReport(outcome, workspace, options);
}

async function run(workspace: string, options: ImportCommandOptions): Promise<CommandOutcome> {
  checkOptions(options);
  const { root } = findProject();
  const stack = options.stack ?? workspace;
  const terraform =
    options.fromTerraform === undefined ? undefined : await terraformIn(options.fromTerraform);
  await useEngine(say);
  const config = readConfig(root, stack);
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  const stacks = new Stacks(root, stack, env, undefined, () => managerOf(root, config));
  // After the reading, which takes minutes, both would fail once the YAML is written.
  if (!options.dryRun && options.forPulumi === undefined) {
    await stacks.checkPassphrase();
    stacks.checkWritable();
  }
  return withClient({ config, summary: true }, async ({ client }) => {
    tellAccount(client, workspace, options);
    const ledger = ledgerFolder(client.baseUrl, client.credentials, environment());
    const unlock = lockImport(join(dirname(dirname(ledger)), "imports"), root, stack);
    // Beside those of previews: what writes forgets them all.
    const file = readingFile(ledger, `import-${workspace.replace(/[^\w.-]/g, "")}`);
    const journal = openJournal(client, file, { what: "import", fresh: options.fresh });
    const shown = startProgress("reads", () => client.budget.countRemaining());
    const stop = resumeAfterStop(journal, shown, "import");
    try {
      const outcome = await importWorkspace({
        root,
        stack,
        workspace,
        repositoryFiles: repositoryFilesOnce(root, stack),
        reader: new LiveReader(journal),
        stacks,
        kinds: kindsOf(options.kinds),
        ...selectPart(options),
        secrets: options.secrets,
        program: options.intoProgram,
        replaceable: replaceableTexts(workspace),
        pulumiFile: options.forPulumi,
        terraform,
        sources: {
          env: environment(),
          config: (key) => config(key.includes(":") ? key : `${stacks.project}:${key}`),
          bitbucket: (path) => readText(client, path),
        },
        adoptAll: options.adopt === true || isAdoptionForAll(environment(), config),
        shards: options.shards,
        dryRun: options.dryRun,
        say,
        onProgress: ({ total }) => shown.step(total),
      });
      shown.stop();
      // The import is complete: everything read is now in the files, or was only to be shown. The next import
      // reads the state of that time.
      journal.clear();
      return { ...outcome, credential: describeAccount(client) };
    } catch (error) {
      if (error instanceof LockedError)
        throw new UserError(`The YAML is written, its state is not yet. ${error.message}`);
      throw error;
    } finally {
      unlock();
      stop();
      shown.stop();
    }
  });
}

function checkOptions({ intoProgram, secrets, forPulumi, fromTerraform }: ImportCommandOptions): void {
  if (intoProgram !== undefined && secrets === "pass")
    throw new UsageError(
      "A program reads secrets from the configuration or the environment: use --secrets config or --secrets env.",
    );
  if (forPulumi !== undefined && (intoProgram ?? fromTerraform) !== undefined)
    throw new UsageError("--for-pulumi cannot be combined with --into-program or --from-terraform.");
}

/** The texts that `init` writes, which an import may replace. */
function replaceableTexts(workspace: string) {
  return {
    program: programFiles({ workspace, language: "typescript" }).get("index.ts"),
    yaml: programFiles({ workspace, language: "yaml" }).get(`stacks/${workspace}.yaml`),
  };
}

/** @param place A file, or - for standard input: a state holds secrets, and can stay off the disk. */
async function terraformIn(place: string): Promise<TerraformState> {
  if (place === "-") {
    if (process.stdin.isTTY)
      throw new UsageError("Standard input is empty: run terraform state pull | … --from-terraform -");
    return readTerraform(await buffer(process.stdin), "standard input");
  }
  let content: Buffer;
  try {
    content = readFileSync(place);
  } catch (error) {
    const known: Readonly<Record<string, string>> = {
      ENOENT: "the file does not exist",
      EISDIR: "it is a folder",
      EACCES: "permission denied",
    };
    const reason = known[codeOf(error) ?? ""] ?? messageOf(error);
    throw new UsageError(
      `${place} could not be read: ${reason}. Pass the output of "terraform state pull", as a file or, with -, on standard input.`,
    );
  }
  return readTerraform(content, place);
}

function shardsOption(text: string): Properties {
  if (text === "project") return { by: "project" };
  const into = toWholeNumber(text, 1);
  if (into !== undefined) return { into };
  throw new InvalidArgumentError('It must be "project" or a positive integer.');
}

function say(line: string): void {
  process.stderr.write(`${escapeUnprintable(line)}\n`);
}
