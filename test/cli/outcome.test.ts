/** What is shown of a run that failed. */
import { stripVTControlCharacters } from "node:util";
import { formatOutcome } from "../../src/cli/plan/outcome";
import type { EngineMessage, RunOutcome, ShardOutcome } from "../../src/run";
import { withLosses } from "../../src/run/outcome";

const failed = (stack: string, messages: readonly Omit<EngineMessage, "severity">[]): ShardOutcome => ({
  stack,
  succeeded: false,
  changes: [],
  unchanged: 0,
  messages: messages.map((one) => ({ ...one, severity: "error" })),
  live: {},
  seconds: 1,
});

function show(shards: readonly ShardOutcome[]): string {
  const outcome: RunOutcome = {
    operation: "up",
    workspace: "acme",
    shards,
    skipped: [],
    moves: [],
    succeeded: false,
    seconds: 1,
    run: "run",
  };
  return stripVTControlCharacters(formatOutcome(outcome, false));
}

test("what stops all shards is told once, and nothing counts as found", () => {
  const all = { text: "There is no workspace nowhere." };
  expect(show([failed("acme.A", [all]), failed("acme.B", [all, { text: "Another." }])])).toBe(
    "acme.A\n  error: There is no workspace nowhere.\n  acme.A: up failed\n\n" +
      "acme.B\n  error: Another.\n  acme.B: up failed\n\nfailed, in 2 shards, 1.0 s",
  );
});

test("what stops several resources is told at the first of them", () => {
  const same = ["Repository a", "Repository b", "Project P"].map((about) => ({ about, text: "No disk." }));
  expect(show([failed("acme", [...same, { about: "Repository c", text: "Taken." }])])).toBe(
    "  error: Repository a and 2 more: No disk.\n  error: Repository c: Taken.\n  acme: up failed\n\nfailed, 1.0 s",
  );
});

test("what was deleted is told beside the change and in the summary", () => {
  const change = { operation: "create", fields: [] } as const;
  const shard = {
    ...failed("acme", []),
    succeeded: true,
    changes: [
      { ...change, kind: "Repository", name: "api", wasDeleted: true as const },
      { ...change, kind: "Webhook", name: "web:ci", wasDeleted: true as const },
      { ...change, kind: "Webhook", name: "web:chat" },
    ],
  };
  expect(show([shard])).toBe(
    "  + Repository api  was deleted in Bitbucket: recreated empty, without its commits, pull requests and builds\n" +
      "  + Webhook web:ci  was deleted in Bitbucket: recreated\n  + Webhook web:chat\n\n" +
      "3 created (2 were deleted in Bitbucket), 0 unchanged, 1.0 s",
  );
  const { messages } = withLosses(shard);
  expect(messages).toEqual([
    {
      severity: "warning",
      text: expect.stringMatching(/^Repository api: it was deleted .* recreated empty/),
    },
  ]);
});
