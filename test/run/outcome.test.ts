/** Notes of the provider and the program, and their effect on the outcome. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceChange } from "../../src/pulumi/events";
import { noteForRun, readNotes } from "../../src/pulumi/notes";
import type { ShardOutcome } from "../../src/pulumi/operate";
import { writeRunContext } from "../../src/pulumi/runContext";
import { interpret, isRefused } from "../../src/run/outcome";

const here = { workspace: "acme", repository: "{r1}" };
const there = { workspace: "acme", repository: "{r2}" };

function created(name: string, id: string, after: ResourceChange["after"]): ResourceChange {
  return { operation: "create", kind: "Webhook", name, id, fields: [], after };
}

function outcomeOf(changes: readonly ResourceChange[], texts: readonly string[] = []): ShardOutcome {
  return {
    stack: "acme",
    succeeded: true,
    changes,
    unchanged: 0,
    messages: texts.map((text) => ({ severity: "warning", text })),
    seconds: 1,
    live: {},
  };
}

function operationsOf({ changes }: ShardOutcome): Record<string, string> {
  return Object.fromEntries(changes.map(({ name, operation }) => [name, operation]));
}

test("what was adopted is told from what was created, also where the same id is in another repository", () => {
  const outcome = outcomeOf([
    created("a", "{1}", { ...here, url: "https://a" }),
    created("b", "{2}", { ...here, url: "https://b" }),
    created("c", "{1}", { ...there, url: "https://c" }),
  ]);
  const notes = [{ note: "adopted" as const, kind: "Webhook", id: "{1}", at: here }];
  expect(operationsOf(interpret(outcome, "up", notes))).toEqual({ a: "adopt", b: "create", c: "create" });
});

test("what a preview found is to be adopted in that stack, and says nothing of an apply", () => {
  const outcome = outcomeOf([created("a", "", here), created("b", "", here)]);
  const notes = ["acme", "other"].map((stack) => ({
    note: "toBeAdopted" as const,
    stack,
    kind: "Webhook",
    name: stack === "acme" ? "a" : "b",
  }));
  expect(operationsOf(interpret(outcome, "preview", notes))).toEqual({ a: "adopt", b: "create" });
  expect(operationsOf(interpret(outcome, "up", notes))).toEqual({ a: "create", b: "create" });
});

test("a message that a later one makes superfluous is left out, and no other", () => {
  const outcome = outcomeOf([], ["from before", "from now"]);
  const { messages } = interpret(outcome, "up", [{ note: "superseded", text: "from before" }]);
  expect(messages.map(({ text }) => text)).toEqual(["from now"]);
});

describe("notes", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "notes-test-"));
    writeRunContext(folder, { id: "run", keepsStates: false, isEstimated: false, isWhole: true, places: {} });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("are read as they were written, and other files of the run's folder are none", () => {
    process.env.BITBUCKET_RUN = folder;
    try {
      noteForRun({ note: "superseded", text: "line\nbreak" });
      noteForRun({ note: "adopted", kind: "Webhook", id: "{1}", at: here });
    } finally {
      delete process.env.BITBUCKET_RUN;
    }
    noteForRun({ note: "superseded", text: "of a run without a command" });
    expect(readNotes(folder)).toEqual([
      { note: "superseded", text: "line\nbreak" },
      { note: "adopted", kind: "Webhook", id: "{1}", at: here },
    ]);
  });

  test("that cannot be written stop nothing", () => {
    process.env.BITBUCKET_RUN = folder;
    mkdirSync(join(folder, `notes-${process.pid}.jsonl`));
    try {
      expect(() => noteForRun({ note: "superseded", text: "x" })).not.toThrow();
    } finally {
      delete process.env.BITBUCKET_RUN;
    }
  });
});

test("a run is refused where a plan kept all of it from beginning, and failed where something was changed", () => {
  const done = outcomeOf([created("a", "{1}", here)]);
  const same = outcomeOf([]);
  const refused = { ...outcomeOf([]), succeeded: false, isRefused: true };
  const failed = { ...outcomeOf([]), succeeded: false };
  const judge = (...shards: ShardOutcome[]) => isRefused({ shards, moves: [], succeeded: false });
  expect(judge(refused)).toBe(true);
  expect(judge(same, refused)).toBe(true);
  expect(judge(done, refused)).toBe(false);
  expect(judge(failed, refused)).toBe(false);
  expect(judge(failed)).toBe(false);
  const moved = { from: "", to: "PLAT", root: "Repository api", resources: [], done: false };
  expect(isRefused({ shards: [refused], moves: [moved], succeeded: false })).toBe(false);
});
