/** Every command: its help, its examples, its JSON; and completion in a real shell. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { createProgram } from "../../src/cli/commands";
import { completionScript } from "../../src/cli/completion";

/** They print no data of their own: see docs/reference/json.md. `api` prints Bitbucket's JSON. */
const withoutData = [
  "api",
  "auth login",
  "auth logout",
  "compile",
  "completion",
  "demo",
  "emulator",
  "git credential",
  "git setup",
  "options",
];

function commandsIn(command: Command, path: readonly string[] = []): [string, Command][] {
  const own = [...path, command.name()];
  return command.commands.length > 0
    ? command.commands.flatMap((one) => commandsIn(one, own))
    : [[own.slice(1).join(" "), command]];
}

const all = commandsIn(createProgram());

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

test.each(all)("%s says what it does, and how it is called", (path, command) => {
  const help = helpOf(command);
  expect(command.description()).toMatch(/^[A-Z]/);
  const examples =
    help
      .split(/\nExamples?:\s/)[1]
      ?.split("\n")
      .filter((line) => line.trim() !== "") ?? [];
  expect(examples.length).toBeGreaterThan(0);
  expect(examples.some((line) => line.includes(`bitbucket-as-code ${path}`))).toBe(true);
});

test.each(all.filter(([path]) => !withoutData.includes(path)))("%s takes --json", (_path, command) => {
  expect(command.options.map(({ long }) => long)).toContain("--json");
});

test("a command that is asked for is made alone, and is the one that the whole has", () => {
  const whole = createProgram().commands;
  for (const command of whole.filter((one) => one.name() !== "completion")) {
    const alone = createProgram(command.name()).commands;
    expect(alone.map((one) => [one.name(), helpOf(one)])).toEqual([[command.name(), helpOf(command)]]);
  }
  for (const other of ["help", "completion", "no-command", "constructor", undefined])
    expect(createProgram(other).commands).toHaveLength(whole.length);
  // The version takes no command.
  expect(createProgram("--version").commands).toEqual([]);
});

describe("completion in bash", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "completion-"));
    mkdirSync(join(folder, "stacks"));
    for (const name of ["acme.yaml", "beta.yml"]) writeFileSync(join(folder, "stacks", name), "");
    writeFileSync(join(folder, "script"), completionScript(createProgram(), "bash"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function completed(...words: string[]): string[] {
    const quoted = ["bitbucket-as-code", ...words].map((word) => `'${word}'`).join(" ");
    const script = `. ./script; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _bitbucket_as_code; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync("bash", ["--norc", "-c", script], { cwd: folder, encoding: "utf8" });
    return output.split("\n").filter((line) => line !== "");
  }

  test.each([
    [["pre"], ["preview"]],
    [
      ["plan", ""],
      ["show", "join", "push", "pull", "remove"],
    ],
    [
      ["plan", "p"],
      ["push", "pull"],
    ],
    [
      ["up", ""],
      ["acme", "beta"],
    ],
    [["up", "--yes", "b"], ["beta"]],
    [["up", "acme", "--pl"], ["--plan"]],
    [
      ["init", "pipelines", "--backend", ""],
      ["s3", "pulumi-cloud", "other"],
    ],
    [["completion", "z"], ["zsh"]],
    [["nothing-like-this"], []],
  ])("%j gives %j", (words, wanted) => {
    expect(completed(...words)).toEqual(wanted);
  });

  test("zsh takes the same function, and fish has a line for each command", () => {
    expect(completionScript(createProgram(), "zsh")).toMatch(/bashcompinit[\s\S]*_bitbucket_as_code\(\)/);
    const fish = completionScript(createProgram(), "fish");
    expect(fish).toMatch(/-n '__fish_use_subcommand' -f -a preview -d 'Show what/);
    expect(fish).toMatch(/-n '__fish_seen_subcommand_from plan; and not __fish_seen_subcommand_from show/);
  });
});
