/**
 * The examples of the documentation work: YAML validates, and commands parse. test/sdk compiles the programs,
 * test/e2e/languages those of the native provider, and test/e2e/documentation asks Pulumi about its commands.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { parse } from "yaml";
import { parseBaseline } from "../../src/audit/baseline";
import { createProgram } from "../../src/cli/commands";
import { readProfiles } from "../../src/credentials";
import { formatDiagnostic, loadStack, withoutRepositoryFiles } from "../../src/desired";
import { folderWith, removeFolders } from "../desired/support/folder";
import { documentedCalls, splitCommands } from "./shell";
import { blocksIn, pages } from "./support";

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
  const { warnings } = await loadStack(join(folder, "stacks/acme.yaml"), {
    repositoryFiles: withoutRepositoryFiles,
  });
  // A rule or profile of an example may match nothing in it.
  const others = warnings
    .map(formatDiagnostic)
    .filter((line) => !/rule matches no|repositor(y|ies) takes|unused/.test(line));
  expect(others).toEqual([]);
});

const baselines = yaml.filter(({ text }) => /^accept:/m.test(text));
const profiles = yaml.filter(({ text }) => /^default: .*\nprofiles:/m.test(text));

test("the pages hold a baseline and profiles", () => {
  expect([baselines.length, profiles.length]).toEqual([1, 1]);
});

test.each(baselines)("YAML $index of $page is a valid baseline", ({ text }) => {
  expect(parseBaseline(text, "baseline.yaml").length).toBeGreaterThan(0);
});

test.each(profiles)("YAML $index of $page is a valid file of profiles", ({ text }) => {
  const folder = mkdtempSync(join(tmpdir(), "profiles-"));
  try {
    const file = join(folder, "profiles.yaml");
    writeFileSync(file, text);
    const read = readProfiles({ BITBUCKET_PROFILES: file });
    expect(Object.keys(read.profiles)).toContain(read.default);
  } finally {
    rmSync(folder, { recursive: true });
  }
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

test.each(pages)("the shell commands of %s begin with npx", (page) => {
  const bare = blocksIn(page, "sh", "bash")
    .flatMap((block) => block.split("\n").flatMap(splitCommands))
    .filter((words) => words.find((word) => !/^\w+=/.test(word)) === "bitbucket-as-code");
  expect(bare.map((words) => words.join(" "))).toEqual([]);
});

/** Values that a name of a command or option in the text leaves out. */
const omitted = ["commander.missingArgument", "commander.optionMissingArgument", "commander.version"];

const invocations = pages.flatMap((page) => documentedCalls(page, "bitbucket-as-code"));

test("the pages hold commands", () => {
  expect(invocations.length).toBeGreaterThan(120);
});

test.each(pages)("a shell parses the commands of %s", (page) => {
  for (const block of blocksIn(page, "sh", "bash")) {
    // In place of a placeholder there is a word.
    const input = block.replace(/<(\w[\w ]*)>/g, "word");
    const { stderr } = spawnSync("bash", ["-n"], { input, encoding: "utf8" });
    expect({ block, stderr }).toEqual({ block, stderr: "" });
  }
});

test.each(invocations)("$page: bitbucket-as-code $line", ({ args, isInText }) => {
  const program = createParser();
  const [subject] = program.commands.filter((command) => command.name() === args[0]);
  // A group of commands, named in the text, does nothing by itself.
  if (isInText && args.length === 1 && subject && subject.commands.length > 0) return;
  try {
    program.parse([...args], { from: "user" });
  } catch (error) {
    if (!(isInText && error instanceof CommanderError && omitted.includes(error.code))) throw error;
  }
});
