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
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
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
  expect(help).toContain(["Usage:\n  pulumi", ...words].join(" "));
  expect(options.filter((option) => !new RegExp(`(^|\\s)${option}\\b`, "m").test(help))).toEqual([]);
});
