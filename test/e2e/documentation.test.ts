/** The commands of Pulumi in the documentation: the engine itself says which commands and options it has. */
import { execFileSync } from "node:child_process";
import { documentedCalls } from "../reference/shell";
import { pages } from "../reference/support";

const calls = pages.flatMap((page) => documentedCalls(page, "pulumi"));
/** By its command, such as `stack init`. */
const helps = new Map<string, string>();

function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const args = [...command.split(" ").filter(Boolean), "--help"];
  const text = execFileSync("pulumi", args, {
    encoding: "utf8",
    // Its help has the options of update plans only where experiments are wanted.
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_EXPERIMENTAL: "true" },
  });
  helps.set(command, text);
  return text;
}

test("the pages hold commands of Pulumi", () => {
  expect(calls.length).toBeGreaterThan(50);
});

test.each(calls)("$page: pulumi $line", ({ args }) => {
  const others = args.findIndex((arg) => !/^[a-z][a-z-]*$/.test(arg));
  const words = args.slice(0, others === -1 ? 2 : Math.min(others, 2));
  const options = args.flatMap((arg) => arg.match(/^--?[a-z][\w-]*/i) ?? []);
  const help = helpOf(words.join(" "));
  // A group prints its own help for a command that it does not have.
  const [, usage = ""] = help.match(/^Usage:\n {2}pulumi(.*)/m) ?? [];
  const [, aliases = ""] = help.match(/^Aliases:\n(.*)/m) ?? [];
  const last = words.at(-1) ?? "";
  expect(words.slice(0, -1).every((word) => usage.includes(` ${word} `))).toBe(true);
  expect(`${usage} ${aliases}`).toMatch(new RegExp(`\\b${last}\\b`));
  expect(options.filter((option) => !new RegExp(`(^|\\s)${option}\\b`, "m").test(help))).toEqual([]);
});
