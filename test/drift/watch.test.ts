/** Repeated runs: when, what is reported, and what is remembered. No real clock is used. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DriftFinding, DriftReport } from "../../src/drift";
import { type FindingChanges, History } from "../../src/drift/history";
import { formatChanges } from "../../src/drift/report/changes";
import { scheduleOf } from "../../src/drift/schedule";
import { watchDrift } from "../../src/drift/watch";
import { sampleReport } from "./sample";

let file: string;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drift-watch-"));
  file = join(folder, "drift.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = Date.parse("2026-03-14T22:00:00.000Z");
const hour = 3_600_000;
const [hook, deleted, anew, , pending, unreadable] = sampleReport(6).findings as [
  DriftFinding,
  ...DriftFinding[],
] &
  DriftFinding[];

function reportAt(time: number, ...findings: (DriftFinding | undefined)[]): DriftReport {
  const there = findings
    .filter((finding) => finding !== undefined)
    .map(({ since: _, ...finding }) => finding);
  return { ...sampleReport(0, there), at: new Date(time).toISOString() };
}

const ids = ({ found, changed, gone }: FindingChanges) => ({
  found: found.map(({ id }) => id),
  changed: changed.map(({ id }) => id),
  gone: gone.map(({ id }) => id),
});

describe("a schedule", () => {
  test("is an interval or a cron expression", () => {
    expect(scheduleOf("15m")(start)).toBe(start + hour / 4);
    expect(scheduleOf("6h")(start)).toBe(start + 6 * hour);
    expect(scheduleOf("1d")(start)).toBe(start + 24 * hour);
    const quarter = new Date(scheduleOf("*/15 * * * *")(start + 1));
    expect(quarter.getTime()).toBe(start + hour / 4);
    const weekday = new Date(scheduleOf("30 3 * * 1-5")(start));
    expect([weekday.getHours(), weekday.getMinutes()]).toEqual([3, 30]);
    expect([1, 2, 3, 4, 5]).toContain(weekday.getDay());
  });

  test.each(["", "now", "5s", "0m", "* * * *", "61 * * * *", "* * * * * *", "0 0 31 2 *", "-1h"])(
    "refuses %j",
    (text) => {
      expect(() => scheduleOf(text)).toThrow(/interval|cron/);
    },
  );
});

describe("a history", () => {
  test("tells what is new, what says something else and what is gone, each once", () => {
    const history = new History("acme", undefined, file);
    const first = history.add(reportAt(start, hook, pending));
    expect(ids(first.changes)).toEqual({ found: ["f0", "f4"], changed: [], gone: [] });
    expect(ids(history.add(reportAt(start + hour, hook, pending)).changes)).toEqual({
      found: [],
      changed: [],
      gone: [],
    });
    const other = { ...hook, fingerprint: "other" };
    expect(ids(history.add(reportAt(start + 2 * hour, other, deleted)).changes)).toEqual({
      found: ["f1"],
      changed: ["f0"],
      gone: ["f4"],
    });
  });

  test("gives each finding its age across processes, also where it says something else by now", () => {
    new History("acme", undefined, file).add(reportAt(start, hook));
    new History("acme", undefined, file).add(
      reportAt(start + hour, { ...hook, fingerprint: "other" }, deleted),
    );
    const { report } = new History("acme", undefined, file).add(reportAt(start + 2 * hour, hook, deleted));
    expect(report.findings.map(({ since }) => since)).toEqual([
      "2026-03-14T22:00:00.000Z",
      "2026-03-14T23:00:00.000Z",
    ]);
    new History("acme", undefined, file).add(reportAt(start + 3 * hour));
    const again = new History("acme", undefined, file).add(reportAt(start + 4 * hour, hook));
    expect(again.report.findings[0]?.since).toBe("2026-03-15T02:00:00.000Z");
  });

  test("takes what cannot be read now neither for repaired nor for new afterwards", () => {
    const history = new History("acme", undefined, file);
    history.add(reportAt(start, hook));
    const lost = { ...unreadable, kind: hook.kind, name: hook.name } as DriftFinding;
    expect(ids(history.add(reportAt(start + hour, lost)).changes)).toEqual({
      found: ["f5"],
      changed: [],
      gone: [],
    });
    const { changes, report } = history.add(reportAt(start + 2 * hour, hook));
    expect(ids(changes)).toEqual({ found: [], changed: [], gone: ["f5"] });
    expect(report.findings[0]?.since).toBe("2026-03-14T22:00:00.000Z");
  });

  test("keeps the runs of other stacks and filters apart", () => {
    new History("acme", undefined, file).add(reportAt(start, hook));
    expect(new History("other", undefined, file).open.size).toBe(0);
    expect(new History("acme", { kinds: ["Webhook"] }, file).open.size).toBe(0);
    expect(new History("acme", {}, file).open.size).toBe(1);
  });

  test("draws a day for each day: the run that found the most, without what was only not applied", () => {
    const history = new History("acme", undefined, file);
    history.add(reportAt(start, hook, pending));
    history.add(reportAt(start + hour, hook, deleted, anew, unreadable));
    history.add(reportAt(start + 50 * hour));
    expect(new History("acme", undefined, file).days()).toEqual([
      { day: "2026-03-14", runs: 2, severities: { critical: 1, high: 1, medium: 1 } },
      { day: "2026-03-15", runs: 0, severities: {} },
      { day: "2026-03-16", runs: 0, severities: {} },
      { day: "2026-03-17", runs: 1, severities: {} },
    ]);
  });

  test("grows by little while nothing changes, and holds no value", () => {
    const history = new History("acme", undefined, file);
    for (let run = 0; run < 5; run += 1)
      history.add({ ...sampleReport(500), at: new Date(start + run * hour).toISOString() });
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.slice(1).every((line) => line.length < 300)).toBe(true);
    expect(lines.join()).not.toContain("unknown.example.org");
  });

  test("goes on after a run that died while it wrote, and refuses what is none", () => {
    new History("acme", undefined, file).add(reportAt(start, hook));
    appendFileSync(file, '{"at":"2026-03-14T23:00:00.000Z","sta');
    const history = new History("acme", undefined, file);
    history.add(reportAt(start + 2 * hour, hook, deleted));
    expect(new History("acme", undefined, file).open.size).toBe(2);
    for (const foreign of ['{"name":"package"}\n', "workspace: acme\nprojects: {}\n", '{\n  "a": 1\n}\n']) {
      writeFileSync(file, foreign);
      expect(() => new History("acme", undefined, file)).toThrow(
        /:[12]: this line does not belong to a drift/,
      );
      expect(readFileSync(file, "utf8")).toBe(foreign);
    }
    expect(() => new History("acme", undefined, folder)).toThrow(`The history ${folder} cannot be read`);
  });

  test("goes on after the power was lost", () => {
    new History("acme", undefined, file).add(reportAt(start, hook));
    appendFileSync(file, `${"\0".repeat(300)}`);
    new History("acme", undefined, file).add(reportAt(start + hour, hook, deleted));
    appendFileSync(file, "\0\0");
    appendFileSync(file, readFileSync(file, "utf8").split("\n")[0] ?? "");
    expect(new History("acme", undefined, file).open.size).toBe(2);
  });

  test("makes the folder that it is to be in", () => {
    const deep = join(folder, "a", "b", "drift.jsonl");
    new History("acme", undefined, deep).add(reportAt(start, hook));
    expect(new History("acme", undefined, deep).open.size).toBe(1);
  });

  test("can be written by two processes: each knows what the other one found", () => {
    const [one, other] = [new History("acme", undefined, file), new History("acme", undefined, file)];
    one.add(reportAt(start, hook));
    const second = other.add(reportAt(start + hour, hook, deleted));
    expect(ids(second.changes)).toEqual({ found: ["f1"], changed: [], gone: [] });
    expect(second.report.findings.map(({ since }) => since)).toEqual([
      "2026-03-14T22:00:00.000Z",
      "2026-03-14T23:00:00.000Z",
    ]);
    expect(ids(one.add(reportAt(start + 2 * hour, deleted)).changes)).toEqual({
      found: [],
      changed: [],
      gone: ["f0"],
    });
  });

  test("does not make a finding younger that two runs found at the same time", () => {
    new History("acme", undefined, file).add(reportAt(start, hook));
    const [line = ""] = readFileSync(file, "utf8").split("\n");
    appendFileSync(file, `${line.replace("T22:00", "T22:01")}\n`);
    const { report } = new History("acme", undefined, file).add(reportAt(start + hour, hook));
    expect(report.findings[0]?.since).toBe("2026-03-14T22:00:00.000Z");
  });

  test("outlives a clock that was wrong once: no day is hidden, and nothing was first seen tomorrow", () => {
    const years = 10 * 365 * 24 * hour;
    new History("acme", undefined, file).add(reportAt(start, hook));
    new History("acme", undefined, file).add(reportAt(start + years, hook, deleted));
    const history = new History("acme", undefined, file);
    const { report } = history.add(reportAt(start + hour, hook, deleted));
    expect(report.findings.map(({ since }) => since)).toEqual([
      "2026-03-14T22:00:00.000Z",
      "2026-03-14T23:00:00.000Z",
    ]);
    expect(history.days().map(({ day, runs }) => [day, runs])).toEqual([["2026-03-14", 2]]);
  });

  test("takes in no run that it could not write: the next one tells the same", () => {
    const history = new History("acme", undefined, file);
    history.add(reportAt(start, hook));
    renameSync(file, join(folder, "away"));
    mkdirSync(file);
    expect(() => history.add(reportAt(start + hour, hook, deleted))).toThrow("cannot be read or written");
    rmSync(file, { recursive: true });
    renameSync(join(folder, "away"), file);
    expect(ids(history.add(reportAt(start + 2 * hour, hook, deleted)).changes).found).toEqual(["f1"]);
  });
});

describe("a watch", () => {
  /** A clock that jumps ahead on each wait. It stops after this many waits. */
  function run(looks: (() => DriftReport)[]) {
    let now = start;
    const stop = new AbortController();
    const waits: number[] = [];
    const told: string[] = [];
    const outcome = watchDrift({
      schedule: scheduleOf("1h"),
      history: new History("acme", undefined, file),
      clock: {
        now: () => now,
        async until(time) {
          waits.push((time - now) / hour);
          now = time;
          if (waits.length >= looks.length) stop.abort();
        },
      },
      signal: stop.signal,
      look: async () => {
        const look = looks[waits.length];
        now += hour / 6;
        if (!look) throw new Error("one look too many");
        return { ...look(), at: new Date(now).toISOString() };
      },
      onRun: (report, changes) => {
        told.push(formatChanges(report, changes));
      },
      onError: (error, next) => {
        told.push(
          `${error instanceof Error ? error.message : error}, next at ${new Date(next).toISOString()}`,
        );
      },
    });
    return { outcome, waits, told };
  }

  test("tells the same finding once, and again when it says something else or is gone", async () => {
    const { outcome, told, waits } = run([
      () => reportAt(0, hook),
      () => reportAt(0, hook),
      () => reportAt(0, { ...hook, fingerprint: "other" }, deleted),
      () => reportAt(0, deleted),
    ]);
    expect((await outcome)?.findings.map(({ id }) => id)).toEqual(["f1"]);
    expect(waits).toEqual([1, 1, 1, 1]);
    expect(
      told.map((text) =>
        text
          .split("\n")
          .slice(1)
          .map((line) => line.trim().split(/ +/).slice(0, 2)),
      ),
    ).toEqual([
      [["+", "critical"]],
      [],
      [
        ["+", "high"],
        ["~", "critical"],
      ],
      [["-", "Repository"]],
    ]);
    expect(told[0]).toContain("2026-03-14 22:10 UTC  1 new; 1 changed");
    expect(told[1]).toContain("nothing new; 1 changed");
    expect(told[2]).toContain("1 new, 1 different; 1 changed, 1 deleted");
    expect(told[3]).toContain("1 gone; 1 deleted");
  });

  test("goes on after a run that failed, and says when it looks again", async () => {
    const { outcome, told } = run([
      () => reportAt(0, hook),
      () => {
        throw new Error("Bitbucket failed with status 503");
      },
      () => reportAt(0, hook),
    ]);
    await outcome;
    expect(told[1]).toBe("Bitbucket failed with status 503, next at 2026-03-15T00:20:00.000Z");
    expect(told[2]).toContain("nothing new");
  });

  test("says nothing of a look that was ended with it", async () => {
    const stop = new AbortController();
    const outcome = watchDrift({
      schedule: scheduleOf("1h"),
      history: new History("acme", undefined, file),
      clock: { now: () => start, until: async () => {} },
      signal: stop.signal,
      look: async () => {
        stop.abort();
        throw new Error("pulumi was interrupted");
      },
      onRun: () => {},
      onError: () => {
        throw new Error("it was told");
      },
    });
    expect(await outcome).toBeUndefined();
  });

  test("ends at once where the first run fails: that is a mistake in the settings", async () => {
    const { outcome } = run([
      () => {
        throw new Error("there is no stack");
      },
    ]);
    await expect(outcome).rejects.toThrow("there is no stack");
  });
});
