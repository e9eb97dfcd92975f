/** `import`: writes an existing workspace as YAML and into the state, without changing it. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Command, InvalidArgumentError, Option } from "commander";
import picomatch from "picomatch";
import { ledgerFolder } from "../../bitbucket";
import { escapeUnprintable } from "../../bitbucket/printable";
import { environment } from "../../environment";
import { messageOf, UserError } from "../../errors";
import {
  formatRemoval,
  ImportJournal,
  type ImportOutcome,
  importWorkspace,
  readTerraform,
  type TerraformOutcome,
  type TerraformState,
} from "../../import";
import { kinds as allKinds } from "../../kinds";
import type { Kind, Properties } from "../../kinds/kind";
import { isListed, LiveReader } from "../../live";
import { describeHowToSupply } from "../../plan/unsuppliedSecrets";
import { LockedError, Stacks } from "../../run";
import { programFiles } from "../../scaffold";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { startProgress } from "../shared/progress";
import { findProject, readConfig, UsageError } from "../shared/project";

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
  readonly dryRun?: boolean;
  readonly fresh?: boolean;
  readonly json?: boolean;
  /** Says nothing of what comes next: `init` does. */
  readonly isNewProject?: boolean;
}

/** Lines of a list that are shown. */
const fewLines = 20;

export function createImportCommand(): Command {
  return new Command("import")
    .description(
      "Take over a workspace that is there: write its YAML and its state, and change nothing in it",
    )
    .argument("<workspace>", "the workspace, as in its URL")
    .option("-s, --stack <stack>", "the stack to write into (default: named like the workspace)")
    .option("--project <globs...>", "only these projects, by key, and their repositories")
    .option("--repository <globs...>", "only these repositories, by slug")
    .option(
      "--kinds <kinds...>",
      "only these kinds: Repository, Webhook, … Branch and Tag have to be asked for",
    )
    .addOption(
      new Option("--secrets <from>", "where secrets that Bitbucket does not show will come from")
        .choices(["config", "env", "pass"])
        .default("config"),
    )
    .option("--shards <project|number>", "split a new stack: one for each project, or so many", shardsOption)
    .option("--into-program <file>", "write a TypeScript program with the typed classes instead of YAML")
    .option(
      "--for-pulumi <file>",
      "write the file for pulumi import --file, for the native provider, instead of YAML",
    )
    .addOption(
      new Option(
        "--from-terraform <state.json>",
        'take on what a Terraform state manages: what "terraform state pull" prints, or - for standard input',
      ).conflicts(["project", "repository", "kinds"]),
    )
    .option("--dry-run", "show what would be written, and write nothing")
    .option("--fresh", "read everything anew, even what an interrupted import has read")
    .option("--json", "print what was taken on, and what is left to do, as JSON")
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
        "Run again, it adds what is new and leaves the rest of the files as it is. Interrupted, it goes on where it was.",
      ].join("\n"),
    )
    .action(run);
}

/** Imports a workspace into a project that was just created. */
export async function importInto(
  root: string,
  workspace: string,
  intoProgram: string | undefined,
): Promise<void> {
  process.chdir(root);
  await run(workspace, {
    secrets: "config",
    isNewProject: true,
    ...(intoProgram === undefined ? {} : { intoProgram }),
  });
}

async function run(workspace: string, options: ImportCommandOptions): Promise<void> {
  if (options.intoProgram !== undefined && options.secrets === "pass")
    throw new UsageError(
      "A program takes its secrets from the configuration or from the environment: --secrets config, or --secrets env.",
    );
  if (options.forPulumi !== undefined && (options.intoProgram ?? options.fromTerraform) !== undefined)
    throw new UsageError(
      "--for-pulumi writes a file of its own: leave --into-program and --from-terraform out.",
    );
  const { root } = findProject();
  const stack = options.stack ?? workspace;
  const terraform =
    options.fromTerraform === undefined ? undefined : await terraformIn(options.fromTerraform);
  await useEngine(say);
  const config = readConfig(root, stack);
  await withClient({ config, summary: true }, async ({ client }) => {
    const ledger = ledgerFolder(client.baseUrl, client.credentials, environment());
    const journal = new ImportJournal(
      client,
      join(
        dirname(dirname(ledger)),
        "imports",
        `${basename(ledger)}-${workspace.replace(/[^\w.-]/g, "")}.jsonl`,
      ),
      { say },
    );
    if (options.fresh) journal.clear();
    else if (journal.resumedAnswers > 0)
      say(
        `Going on with an import that did not come to its end: ${journal.resumedAnswers} answers are there already, the oldest ` +
          `${Math.ceil(journal.age / 60_000)} min old. (--fresh reads everything anew.)`,
      );
    const shown = startProgress("reads", () => client.budget.remaining());
    const stopped = () => {
      shown.stop();
      say(
        journal.isKept
          ? "Stopped. What was read is kept: run the same again, and it goes on from there."
          : "Stopped. What was read is not kept: run the same again, and it begins anew.",
      );
      process.exit(130);
    };
    process.once("SIGINT", stopped);
    let total = 0;
    try {
      const outcome = await importWorkspace({
        root,
        stack,
        workspace,
        reader: new LiveReader(journal),
        stacks: new Stacks(root, stack, { PULUMI_SKIP_UPDATE_CHECK: "true" }),
        kinds: kindsOf(options.kinds),
        ...selection(options),
        secrets: options.secrets,
        program: options.intoProgram,
        replaceable: programFiles({ workspace, language: "typescript" }).get("index.ts"),
        pulumiFile: options.forPulumi,
        terraform,
        shards: options.shards,
        dryRun: options.dryRun,
        say,
        onProgress: (step) => {
          shown.expect(step.total - total);
          total = step.total;
          shown.done();
        },
      });
      shown.stop();
      // The import is complete: everything read is now in the files, or was only to be shown. The next import
      // reads the state of that time.
      journal.clear();
      show(outcome, stack, options);
    } catch (error) {
      if (error instanceof LockedError)
        throw new UserError(`The YAML is written, its state is not yet. ${error.message}`);
      throw error;
    } finally {
      process.off("SIGINT", stopped);
      shown.stop();
    }
  });
}

/** @param place A file, or - for standard input: a state holds secrets, and need not be stored on disk. */
async function terraformIn(place: string): Promise<TerraformState> {
  if (place === "-") {
    if (process.stdin.isTTY)
      throw new UsageError(
        "Nothing comes in on standard input: run terraform state pull | … --from-terraform -",
      );
    return readTerraform(await buffer(process.stdin), "standard input");
  }
  let content: Buffer;
  try {
    content = readFileSync(place);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const known: Readonly<Record<string, string>> = {
      ENOENT: "there is no such file",
      EISDIR: "it is a folder",
      EACCES: "you may not read it",
    };
    const reason = known[code] ?? messageOf(error);
    throw new UsageError(
      `${place} could not be read: ${reason}. Give what "terraform state pull" prints, in a file or, with -, on standard input.`,
    );
  }
  return readTerraform(content, place);
}

function selection({ project, repository }: ImportCommandOptions) {
  const ofProject = project && new Patterns("--project", project);
  const ofRepository = repository && new Patterns("--repository", repository);
  return {
    // If only repositories are imported, their projects are referred to and not imported.
    projects: ofProject ? (key: string) => ofProject.fits(key) : ofRepository ? () => false : undefined,
    repositories: (slug: string, key?: string) =>
      (ofProject ? key !== undefined && ofProject.fits(key) : true) && (ofRepository?.fits(slug) ?? true),
    ofWorkspace: !ofProject && !ofRepository,
    missed: () => [...(ofProject?.missed ?? []), ...(ofRepository?.missed ?? [])],
  };
}

/** Globs that record which of them have matched: one that never did is probably a typo. */
class Patterns {
  readonly #missed: Set<string>;
  readonly #all: readonly (readonly [pattern: string, fits: (name: string) => boolean])[];

  constructor(
    private readonly option: string,
    patterns: readonly string[],
  ) {
    this.#missed = new Set(patterns);
    this.#all = patterns.map((pattern) => [pattern, picomatch(pattern, { dot: true })]);
  }

  fits(name: string): boolean {
    const found = this.#all.filter(([, fits]) => fits(name));
    for (const [pattern] of found) this.#missed.delete(pattern);
    return found.length > 0;
  }

  get missed(): readonly string[] {
    return [...this.#missed].map((pattern) => `${this.option} ${pattern}`);
  }
}

function kindsOf(names: readonly string[] | undefined): readonly Kind[] | undefined {
  if (!names) return undefined;
  return names
    .flatMap((text) => text.split(","))
    .map((name) => {
      const found = allKinds.find((kind) => kind.name.toLowerCase() === name.trim().toLowerCase());
      if (!found)
        throw new UsageError(
          `There is no kind "${name}". They are: ${allKinds.map((kind) => kind.name).join(", ")}.`,
        );
      if (!isListed(found))
        throw new UsageError(
          found.contents
            ? `A ${found.title} cannot be imported: what it holds lies in a file, and not in YAML.`
            : `A ${found.title} cannot be imported: Bitbucket has no list of those that are there.`,
        );
      return found;
    });
}

function show(outcome: ImportOutcome, stack: string, options: ImportCommandOptions): void {
  const { dryRun, json } = options;
  const { taken, fresh, files, notes, toSupply, state, terraform } = outcome;
  if (json) {
    const left = toSupply.map(({ what, secret }) => ({ what, how: describeHowToSupply(secret, stack) }));
    const added = Object.fromEntries(state.added);
    const told = { stack, written: dryRun !== true, taken, fresh, files, notes, toSupply: left, terraform };
    process.stdout.write(
      `${JSON.stringify({ ...told, state: { added, renamed: state.renamed } }, null, 2)}\n`,
    );
    return;
  }
  const lines: string[] = [];
  if (options.forPulumi !== undefined) {
    lines.push(
      `${taken} objects of the workspace are in ${dryRun ? "what would be " : ""}${files.join(", ")}.`,
    );
    lines.push(...list(notes, "Not taken on:"));
    if (!dryRun) lines.push("", `Now: pulumi import --file ${options.forPulumi} --stack ${stack}`);
    process.stdout.write(`${escapeUnprintable(lines.join("\n"))}\n`);
    return;
  }
  const would = dryRun ? "would be " : "";
  lines.push(`${taken} objects of the workspace are declared, ${fresh} of them new in the YAML.`);
  lines.push(...files.map((file) => `  ${would}written: ${file}`));
  if (files.length === 0) lines.push("  No file is changed.");
  for (const [name, count] of state.added)
    lines.push(`  ${count} resources were added to the state of ${name}`);
  if (terraform)
    lines.push(
      `  ${terraform.taken} of the ${terraform.resources} resources in the state of Terraform ${dryRun ? "would be" : "are"} managed here`,
    );
  lines.push(
    ...list(
      state.renamed.map(({ held, declared }) => `${held} is ${declared} in the YAML`),
      "The state holds these under another name, and was left as it is:",
    ),
    ...list(notes, "Not taken on:"),
    ...list(
      toSupply.map(({ what, secret }) => `${what}: ${describeHowToSupply(secret, stack)}`),
      `${toSupply.length} secrets are never shown by Bitbucket. They are left alone until you supply them:`,
      // If there is YAML, each secret is marked in it.
      options.intoProgram === undefined ? ', each marked "ifMissing: keep" in the YAML' : "",
    ),
  );
  if (terraform) lines.push(...formatRemarks(terraform));
  if (!dryRun && !options.isNewProject) {
    lines.push("", `Now: pulumi preview --stack ${stack}   # it changes nothing, and should show no change`);
    if (terraform) lines.push(...takeOut(terraform));
  }
  process.stdout.write(`${escapeUnprintable(lines.join("\n"))}\n`);
}

function formatRemarks({ beyond, secrets }: TerraformOutcome): string[] {
  return [
    ...list(beyond, "Taken on as well, since what Terraform manages belongs to them:"),
    ...list(
      secrets,
      `${secrets.length} of the secrets came from the state of Terraform, and are in the Pulumi state now, encrypted. Previews name them until you supply them:`,
    ),
  ];
}

/** Two tools that manage the same resources undo each other's work. */
function takeOut({ tool, addresses }: TerraformOutcome): string[] {
  if (addresses.length === 0) return [];
  const command =
    addresses.length > fewLines
      ? `${tool} state rm …   # ${addresses.length} addresses: --dry-run --json lists them, under terraform.addresses`
      : formatRemoval(tool, addresses);
  return [
    "",
    "Then take them out of Terraform, and out of its state first: an apply that finds them there, and not in its files,",
    "deletes them.",
    `  ${command}`,
    "After that delete their blocks from its files.",
  ];
}

function list(items: readonly string[], heading: string, more = ""): string[] {
  if (items.length === 0) return [];
  const rest = items.length - fewLines;
  return [
    "",
    heading,
    ...items.slice(0, fewLines).map((item) => `  - ${item.replace(/\s+/g, " ")}`),
    ...(rest > 0 ? [`  … and ${rest} more${more}`] : []),
  ];
}

function shardsOption(text: string): Properties {
  if (text === "project") return { by: "project" };
  const into = Number(text);
  if (Number.isInteger(into) && into > 0) return { into };
  throw new InvalidArgumentError('It must be "project" or a whole number above zero.');
}

function say(line: string): void {
  process.stderr.write(`${escapeUnprintable(line)}\n`);
}
