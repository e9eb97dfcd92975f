/** The examples of the documentation work: YAML validates, and commands parse. test/sdk compiles the programs. */
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { parse } from "yaml";
import { createProgram } from "../../src/cli/main";
import { formatDiagnostic, loadStack } from "../../src/desired";
import { folderWith, removeFolders } from "../desired/support/folder";
import { blocksIn, pages, readPage } from "./support";

afterEach(removeFolders);

const yaml = pages.flatMap((page) =>
  blocksIn(page, "yaml", "yml").map((text, index) => ({ page, index: index + 1, text })),
);
const stacks = yaml.filter(({ text }) => /^workspace:/m.test(text));

test("the pages hold examples of stacks", () => {
  expect(stacks.length).toBeGreaterThanOrEqual(15);
});

test.each(yaml)("YAML $index of $page is YAML", ({ text }) => {
  expect(parse(text)).not.toBeUndefined();
});

test.each(stacks)("YAML $index of $page is a valid stack", async ({ text }) => {
  // Included files and those of teams are not part of the example.
  const teams = [...text.matchAll(/^\s+file: \.\.\/(teams\/\S+)$/gm)].map(([, name]) => [name, "{}"]);
  const folder = folderWith({
    "stacks/acme.yaml": text.replace(/^include:.*$/m, ""),
    ...Object.fromEntries(teams),
  });
  const { warnings } = await loadStack(join(folder, "stacks/acme.yaml"));
  // A rule or profile of an example may match nothing in it.
  const others = warnings
    .map(formatDiagnostic)
    .filter((line) => !/rule matches no|repositor(y|ies) takes|unused/.test(line));
  expect(others).toEqual([]);
});

/** The program without its actions. */
function createParser(): Command {
  const program = createProgram();
  const quieten = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => {});
    command.commands.forEach(quieten);
  };
  quieten(program);
  return program;
}

const shellPart =
  /"((?:[^"\\]|\\.)*)"|'([^']*)'|(<[\w-]+>|(?:\\.|[^\s"'|&;<>])+)|(\|\|?|&&?|;|<|>)|(\s+(?:#.*)?)/g;

/** Splits a line as a shell does: quotes, comments, and commands that are joined. */
function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let isNewWord = true;
  for (const [, double, single, plain, operator] of line.replace(/^#.*/, "").matchAll(shellPart)) {
    const part = double ?? single ?? plain;
    const words = commands.at(-1) ?? [];
    if (operator !== undefined) commands.push([]);
    else if (part !== undefined && isNewWord) words.push(part);
    else if (part !== undefined) words.push(`${words.pop()}${part}`);
    isNewWord = part === undefined;
  }
  return commands;
}

/** The arguments of each `bitbucket-as-code …` in a line, without variables before it. */
function invocationsIn(line: string): string[][] {
  return splitCommands(line).flatMap((words) => {
    const start = words.findIndex((word) => !/^(\w+=.*|npx|--no)$/.test(word));
    return words[start] === "bitbucket-as-code" ? [words.slice(start + 1)] : [];
  });
}

/** Values that a name of a command or option in the text leaves out. */
const omitted = ["commander.missingArgument", "commander.optionMissingArgument", "commander.version"];

const invocations = pages.flatMap((page) =>
  [
    ...blocksIn(page, "sh", "bash")
      .flatMap((block) => block.replaceAll("\\\n", " ").split("\n").flatMap(invocationsIn))
      .map((args) => ({ args, mayOmit: false })),
    // In the text, without placeholders.
    ...[...readPage(page).matchAll(/`((?:npx )?bitbucket-as-code [^`\n]+)`/g)]
      .map(([, text = ""]) => text)
      .filter((text) => !/[[<…|]/.test(text))
      .flatMap(invocationsIn)
      .map((args) => ({ args, mayOmit: true })),
  ].map((found) => ({ page, line: found.args.join(" "), ...found })),
);

test("the pages hold commands", () => {
  expect(invocations.length).toBeGreaterThan(120);
});

test.each(invocations)("$page: bitbucket-as-code $line", ({ args, mayOmit }) => {
  const program = createParser();
  const [subject] = program.commands.filter((command) => command.name() === args[0]);
  // A group of commands, named in the text, does nothing by itself.
  if (mayOmit && args.length === 1 && subject && subject.commands.length > 0) return;
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(mayOmit && error instanceof CommanderError && omitted.includes(error.code))) throw error;
  }
});
