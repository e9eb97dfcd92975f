/** `init`: writes the files of a new project, installs what it needs, and says what comes next. */
import { existsSync, mkdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import { environment } from "../../environment";
import { packageVersion } from "../../errors";
import { hasYamlHost } from "../../pulumi/binary/host";
import { folderOf } from "../../pulumi/fileBackend";
import { projectFiles } from "../../scaffold";
import { printOutput } from "../shared/output/print";
import { UsageError } from "../shared/project";
import { credentialChoices, defaultAnswers, type InitOptions, requireWorkspace } from "./answers";
import { importInto } from "./import";
import { installPackages, packageManager } from "./install";
import { nextCommands, showNext } from "./next";
import { askForProject, checkTerminal } from "./questions";
import { writeProject } from "./write";

export function addInitOptions(command: Command): Command {
  return command
    .argument("[folder]", "where to write the project; default: the current folder")
    .option("-w, --workspace <slug>", "the workspace, as in its URL")
    .addOption(
      new Option("--language <language>", "the language: YAML, or a TypeScript program").choices([
        "yaml",
        "typescript",
      ]),
    )
    .addOption(
      new Option(
        "--program <how>",
        "what runs YAML: Pulumi's YAML host, for which it is compiled, or a Node.js program (default: compiled, if Pulumi has that host)",
      ).choices(["compiled", "node"]),
    )
    .option(
      "--backend <url>",
      `where the state is stored: s3://…, https://api.pulumi.com, file://…; "login": the backend of pulumi login`,
    )
    .addOption(new Option("--credentials <source>", "where the token comes from").choices(credentialChoices))
    .option(
      "--package <spec>",
      "install this package from a tarball or a git address instead of the registry",
    )
    .option("--import", "import the live workspace right away")
    .option("--no-install", "do not run the package manager")
    .option("-y, --yes", "do not ask: take the options, and defaults for the rest")
    .option("--json", "print what was written and what comes next as JSON")
    .action(init);
}

async function init(folder: string | undefined, options: InitOptions): Promise<void> {
  const root = resolve(folder ?? ".");
  if (existsSync(join(root, "Pulumi.yaml")))
    throw new UsageError(
      `${root} already contains a project: it has a Pulumi.yaml. Choose another folder: npx bitbucket-as-code init <folder>`,
    );
  if (!options.yes) checkTerminal();
  const defaults = defaultAnswers(root, options);
  const answers = options.yes ? requireWorkspace(defaults) : await askForProject(defaults, options);
  if (answers === undefined) {
    process.stderr.write("Nothing was written.\n");
    process.exitCode = 1;
    return;
  }
  const { workspace, language, backend, profile } = answers;
  const program = language === "yaml" ? (options.program ?? (await chooseProgram())) : undefined;
  // An import writes the program itself.
  const importsProgram = answers.import && language === "typescript";
  const files = new Map(
    projectFiles({
      workspace,
      language,
      program,
      packageManager: packageManager(),
      backend,
      profile,
      source: packageSource(options.package, root),
    }),
  );
  if (importsProgram) files.delete("index.ts");
  const written = writeProject(root, files);
  const states = backend === undefined ? undefined : folderOf(backend, environment(), root);
  // Pulumi requires that it exists.
  if (states !== undefined) mkdirSync(states, { recursive: true, mode: 0o700 });
  if (!options.json) say(`Wrote ${written.join(", ")}${inFolder(root)}.`);
  if (options.install) await installPackages(root, options.package);
  const next = nextCommands(answers, root, options.install);
  const imported = answers.import
    ? await importInto(root, workspace, importsProgram ? "index.ts" : undefined, options.json)
    : undefined;
  if (options.json) {
    const { folder: _, ...answered } = answers;
    printOutput("init", {
      folder: root,
      ...answered,
      program,
      version: packageVersion(),
      written,
      imported,
      next,
    });
    return;
  }
  showNext(next);
}

async function chooseProgram(): Promise<"compiled" | "node"> {
  return (await hasYamlHost(environment())) ? "compiled" : "node";
}

/** A tarball's path is relative to the project's folder in package.json, and to the current one as an option. */
function packageSource(spec: string | undefined, root: string): string | undefined {
  if (spec === undefined || !existsSync(spec)) return spec;
  return `file:${relative(root, resolve(spec)).split(sep).join("/")}`;
}

function inFolder(root: string): string {
  return root === process.cwd() ? "" : ` in ${relative(process.cwd(), root)}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
