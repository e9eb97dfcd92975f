/** The places where a secret is allowed, and why. Everything else is a leak. */
import { basename } from "node:path";
import type { LeakedSecret } from "./search";

interface Exception {
  readonly why: string;
  readonly holds: (finding: LeakedSecret) => boolean;
}

const exceptions: readonly Exception[] = [
  {
    why: "Who keeps a credential gives it to the program that asked, through a pipe.",
    holds: ({ program, context }) =>
      isPrefix(program?.args, ["git", "credential", "fill"]) ||
      (isPrefix(program?.args, ["pass", "show"]) && /"\] \*\*\*/.test(context)),
  },
  {
    why: "git's own store keeps them in the clear: tests have one, as users do.",
    holds: ({ file }) => basename(file) === ".git-credentials",
  },
  {
    why: "An emulator says how to log in to it, in its first lines.",
    holds: ({ program, context }) =>
      program?.args.some((arg) => basename(arg) === "main.ts") === true &&
      /export BITBUCKET_TOKEN=\*\*\*/.test(context),
  },
  {
    why: "The demo says how to log in to the emulator that it keeps running.",
    holds: ({ program, context }) =>
      program?.args.slice(-2).join(" ") === "demo --keep" && /export BITBUCKET_TOKEN=\*\*\*/.test(context),
  },
  {
    why: "An emulator keeps its tokens, and what was sent to it, in its state.",
    holds: ({ file }) => /^removed\/test_emulator_[^/]*\/state\.json$/.test(file),
  },
  {
    why: "The emulator's page in the documentation names its tokens, and the website is built from it.",
    holds: ({ file }) => /^removed\/test_site_[^/]*\/(?:assets\/)?how-to[/_]emulator\./.test(file),
  },
  {
    why: "The demo prints the values of its example, which stand in its source, for those who go on by hand.",
    holds: ({ secret }) => /^not-a-real-(secret|token)$/.test(secret.value),
  },
];

function isPrefix(args: readonly string[] = [], prefix: readonly string[]): boolean {
  return prefix.every((part, at) => basename(args[at] ?? "") === part);
}

export function isException(finding: LeakedSecret): boolean {
  return exceptions.some(({ holds }) => holds(finding));
}
