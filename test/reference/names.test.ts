/** Options, variables, settings and scripts that the documentation names exist. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { help as acceptanceHelp } from "../../acceptance/flags";
import { createProgram } from "../../src/cli/commands";
import { variables } from "../../src/environment/variables";
import { blocksIn, pages, readPage, root } from "./support";

const source = (path: string) => readFileSync(join(root, path), "utf8");
const unique = (names: readonly string[]) => [...new Set(names)].sort();

/** Each `code` in the text of a page. */
function codeIn(page: string): string[] {
  const text = readPage(page).replace(/^[ ]*```[\s\S]*?^[ ]*```$/gm, "");
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

function optionsOf(command: Command): string[] {
  return [
    ...command.options.flatMap(({ long }) => long ?? []),
    ...command.commands.flatMap((one) => optionsOf(one)),
  ];
}

const program = createProgram();
const everyOption = new Set(["--help", "--version", ...optionsOf(program)]);

/** Pages about one command: an option that they name is an option of it. */
const subjects: Readonly<Record<string, string>> = {
  "docs/get-started/import.md": "import",
  "docs/how-to/audit.md": "audit",
  "docs/how-to/call-the-api.md": "api",
  "docs/how-to/drift-reports.md": "drift",
  "docs/how-to/git.md": "git",
};

/** Pages about another program of this project, with the text of its options. */
const otherPrograms: Readonly<Record<string, string>> = {
  "docs/contributing/acceptance.md": acceptanceHelp,
  "docs/get-started/install.md": "Yarn: --ignore-engines",
  "docs/how-to/emulator.md": source("packages/emulator/src/main.ts"),
  "CONTRIBUTING.md": source("scripts/new-kind.mjs"),
};

/** Options of Pulumi's, without the command before them. */
const pulumiOptions = ["--target", "--exclude", "--exclude-protected", "--logflow", "--tracing", "--verbose"];

test.each(pages)("%s names options that exist", (page) => {
  const subject = program.commands.find((command) => command.name() === subjects[page]);
  const own = subject ? new Set(optionsOf(subject)) : everyOption;
  const elsewhere = otherPrograms[page] ?? "";
  const named = codeIn(page)
    // What begins with an option, and not with a program.
    .filter((code) => /^--?[a-z]/i.test(code))
    .flatMap((code) => code.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []);
  const unknown = unique(named).filter(
    (option) =>
      !own.has(option) && !elsewhere.includes(option) && !elsewhere.includes(`"${option.slice(2)}": {`),
  );
  expect(unknown.filter((option) => !pulumiOptions.includes(option))).toEqual([]);
});

/** Of other clients of the API, which docs/how-to/emulator.md runs. */
const foreignVariables = /^BITBUCKET_(TEST_\w+|API_BASE_URL)$/;

test.each(pages)("%s names variables and settings that exist", (page) => {
  const text = readPage(page);
  const named = unique(text.match(/\bBITBUCKET_[A-Z]+(_[A-Z]+)*\b/g) ?? []);
  expect(named.filter((name) => !Object.hasOwn(variables, name) && !foreignVariables.test(name))).toEqual([]);

  const keys = unique([...text.matchAll(/(?<![\w-])bitbucket:([a-z]\w*)/g)].map(([, key = ""]) => key));
  expect(keys.filter((key) => !settings.has(key))).toEqual([]);
  const native = unique(
    [...text.matchAll(/\bbitbucket-cloud:([a-z]\w*)\b(?!:)/g)].map(([, key = ""]) => key),
  );
  expect(native.filter((key) => !nativeSettings.has(key))).toEqual([]);
});

const settings = new Set([
  ...Object.values(variables).flatMap((one) => ("setting" in one ? [one.setting as string] : [])),
  "profile",
  "maxDeletions",
  "maxDeletionPercent",
]);

const schema = z
  .object({ config: z.object({ variables: z.record(z.string(), z.unknown()) }) })
  .parse(JSON.parse(source("schema/pulumi-bitbucket-cloud.json")));
/** `provider` chooses the front end, and `index` is the module of every resource type. */
const nativeSettings = new Set([...Object.keys(schema.config.variables), "provider", "index"]);

const manifest = z.object({ scripts: z.record(z.string(), z.string()) });
const scriptsOf = (path: string) => Object.keys(manifest.parse(JSON.parse(source(path))).scripts);
const scripts = new Set([...scriptsOf("package.json"), ...scriptsOf("site/package.json")]);

test.each(pages)("%s names scripts that exist", (page) => {
  const text = [...codeIn(page), ...blocksIn(page, "sh", "bash")].join("\n");
  const run = [...text.matchAll(/\bnpm run (?:--[\w-]+ (?:site )?)*([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(unique(run).filter((name) => !scripts.has(name))).toEqual([]);
  const files = [...text.matchAll(/\bscripts\/[\w.-]+/g)].map(([path]) => path);
  expect(unique(files).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
