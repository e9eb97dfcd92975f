/** The guard before the first deletion, with all variants of the engine's operation and the state. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipelineVariable, project as projectKind, repository, webhook } from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import { toTypeToken } from "../../src/model/typeToken";
import { DeletionGuard, type GuardContext } from "../../src/provider/guard";
import { readLimits } from "../../src/provider/limits";
import { RunFacts } from "../../src/provider/runFacts";
import { SharedRun } from "../../src/provider/sharedRun";
import { parseOperation } from "../../src/pulumi/operation";

interface Entry {
  readonly kind: Kind;
  readonly id: string;
  readonly outputs: Properties;
  readonly parent?: string;
  readonly more?: object;
}

const urnOf = ({ kind, id }: Pick<Entry, "kind" | "id">) =>
  `urn:pulumi:test::project::${toTypeToken(kind)}::${id}`;

const variable = (id: string, more: object = {}): Entry => ({
  kind: pipelineVariable,
  id,
  outputs: { workspace: "acme", key: id },
  more,
});
const variables = (count: number) => Array.from({ length: count }, (_, index) => variable(`v${index}`));
const repo = (id: string, deletion: string): Entry => ({
  kind: repository,
  id,
  outputs: { workspace: "acme", name: id, fullName: `acme/${id}`, deletion },
});
const hook = (id: string, owner: Entry, place = owner.id): Entry => ({
  kind: webhook,
  id,
  outputs: { workspace: "acme", repository: place, url: "https://ci.example.com" },
  parent: urnOf(owner),
});

function guardOf(command: string | undefined, entries: readonly Entry[], more: Partial<GuardContext> = {}) {
  let reads = 0;
  const guard = new DeletionGuard({
    operation: async () => (command === undefined ? undefined : parseOperation(command.split(" "), {})),
    state: async () => {
      reads += 1;
      const resources = entries.map(({ kind, id, outputs, parent, more: also }) => ({
        urn: urnOf({ kind, id }),
        type: toTypeToken(kind),
        custom: true,
        id,
        outputs,
        parent,
        ...also,
      }));
      return { state: { deployment: { resources } } };
    },
    limits: () => readLimits(() => undefined),
    allowed: () => undefined,
    ...more,
  });
  return {
    guard,
    reads: () => reads,
    keep: async (...kept: Entry[]) => {
      for (const { kind, id, outputs } of kept) {
        guard.recordCheck(kind, outputs);
        await guard.recordDiff(kind, id, outputs, outputs, []);
      }
    },
    replace: ({ kind, id, outputs }: Entry) => {
      guard.recordCheck(kind, { ...outputs, value: "new" });
      return guard.recordDiff(kind, id, outputs, { ...outputs, value: "new" }, ["value"]);
    },
    /** A refresh reads and compares, without a check. */
    refresh: ({ kind, id, outputs }: Entry) => guard.recordDiff(kind, id, outputs, outputs, []),
    make: ({ kind, id, outputs }: Entry) => guard.recordCreation(kind, id, outputs),
    remove: ({ kind, id, outputs }: Entry) => guard.beforeDelete(kind, id, outputs),
  };
}

const allow = (count: number) => ({ allowed: () => count });

test("a run that deletes nothing costs nothing, and one that deletes reads the state once", async () => {
  const all = variables(12);
  const run = guardOf("pulumi up", all);
  await run.keep(...all.slice(2));
  expect(run.reads()).toBe(0);
  expect(await Promise.all(all.slice(0, 2).map(run.remove))).toEqual(["request", "request"]);
  expect(run.reads()).toBe(1);
});

test("what a refresh compares is not what the program declares", async () => {
  const all = variables(3);
  const run = guardOf("pulumi up", all);
  for (const one of all) await run.refresh(one);
  await expect(run.remove(variable("v0"))).rejects.toThrow(
    /declares none of the resources of this stack: all 3/,
  );
  const beside = guardOf("pulumi up --run-program", all);
  await beside.keep(variable("other"));
  for (const one of all) await beside.refresh(one);
  await expect(beside.remove(variable("v0"))).rejects.toThrow(
    /declares none of the resources of this stack: all 3/,
  );
});

test("what was made anew by hand is known by its former id, where the state was not written since", async () => {
  const all = variables(4);
  const run = guardOf("pulumi up", all);
  for (const { kind, id, outputs } of all)
    run.guard.recordRefresh(kind, { ...outputs, id }, { ...outputs, id: `${id}-anew` });
  const anew = all.map((one) => ({ ...one, id: `${one.id}-anew` }));
  await run.keep(...anew.slice(1));
  expect(await run.remove(anew[0] ?? variable("none"))).toBe("request");
});

test("consent to delete a repository is none for another one that took its place", async () => {
  const all = [repo("api", "allow"), variable("v0"), variable("v1"), variable("v2")];
  const [api] = all as [Entry, ...Entry[]];
  for (const command of ["pulumi up", "pulumi destroy"]) {
    const run = guardOf(command, all);
    const { deletion: _none, ...live } = api.outputs;
    run.guard.recordRefresh(api.kind, { ...api.outputs, id: api.id }, { ...live, id: "api-anew" });
    await run.keep(...all.slice(1, 3));
    // The first deletion is that of something else: nothing of the run is deleted.
    await expect(run.remove(variable("v2"))).rejects.toThrow(
      /^The repository api was deleted in Bitbucket and created again[\s\S]*Nothing was deleted\.$/,
    );
    await expect(run.remove({ ...api, id: "api-anew", outputs: live })).rejects.toThrow(/was stopped/);
  }
});

test("what a refresh found gone is no deletion, though the state has it still", async () => {
  const all = variables(12);
  const run = guardOf("pulumi up", all);
  for (const { kind, id, outputs } of all.slice(0, 6))
    run.guard.recordRefresh(kind, { ...outputs, id }, undefined);
  await run.keep(...all.slice(7));
  expect(await run.remove(variable("v6"))).toBe("request");
});

test("a destroy that the engine stops in its preview is explained, and no other run", async () => {
  const all = [repo("kept", "forbid"), repo("free", "allow"), variable("v0")];
  const explain = (command: string, found = all) => {
    const run = guardOf(command, all);
    for (const { kind, id, outputs } of found)
      run.guard.recordRefresh(kind, { ...outputs, id }, { ...outputs, id });
    return run.guard.explainProtection();
  };
  const text = await explain("pulumi destroy --preview-only");
  expect(text).toMatch(/^The repository acme\/kept is protected from deletion.*deletion: "allow"/);
  expect(text).not.toContain("free");
  expect(await explain("pulumi destroy", all.slice(1))).toBeUndefined();
  for (const other of ["up", "preview", "refresh", "destroy --exclude-protected", "destroy --target urn"])
    expect(await explain(`pulumi ${other}`)).toBeUndefined();
});

test("a destroy that reached the first deletion was refused there, and is not explained again", async () => {
  const kept = repo("kept", "forbid");
  const { kind, id, outputs } = kept;
  const run = guardOf("pulumi destroy", [kept]);
  run.guard.recordRefresh(kind, { ...outputs, id }, { ...outputs, id });
  await expect(run.remove(kept)).rejects.toThrow(/acme\/kept is protected/);
  expect(await run.guard.explainProtection()).toBeUndefined();
});

test("more than the limit is refused at the first deletion, and said once in full", async () => {
  const all = variables(12);
  const run = guardOf("pulumi up", all);
  await run.keep(...all.slice(4));
  const [first, ...others] = await Promise.allSettled(all.slice(0, 4).map(run.remove));
  expect(String((first as PromiseRejectedResult).reason)).toMatch(
    /would delete or replace 4 of 12 resources, and the limit is 30 %\. Nothing was deleted\.[\s\S]*- delete pipeline variable v0[\s\S]*BITBUCKET_ALLOW_DELETIONS=4/,
  );
  expect(others.map((one) => String((one as PromiseRejectedResult).reason))).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/this run was stopped; see the other/)),
  );
  const allowed = guardOf("pulumi up", all, allow(4));
  await allowed.keep(...all.slice(4));
  expect(await Promise.all(all.slice(0, 4).map(allowed.remove))).toHaveLength(4);
});

test("what was made in the run does not make room for more deletions", async () => {
  const all = variables(10);
  const made = Array.from({ length: 20 }, (_, index) => variable(`new${index}`));
  const run = guardOf("pulumi up", [...all, ...made]);
  await run.keep(...all.slice(5));
  for (const one of made) run.make(one);
  await expect(run.remove(variable("v0"))).rejects.toThrow(/5 of 10 resources/);
});

test.each([1, 2, 9])("an up that leaves nothing of %d resources is refused", async (count) => {
  const all = variables(count);
  const run = guardOf("pulumi up", all);
  await expect(run.remove(variable("v0"))).rejects.toThrow(
    `The program declares none of the resources of this stack: all ${count} of its resources`,
  );
  expect(await guardOf("pulumi up", all, allow(count)).remove(variable("v0"))).toBe("request");
  expect(await guardOf("pulumi destroy", all).remove(variable("v0"))).toBe("request");
});

test("where the operation cannot be told, it counts as an up, and says so", async () => {
  await expect(guardOf(undefined, variables(3)).remove(variable("v0"))).rejects.toThrow(
    /declares none of the resources[\s\S]*which Pulumi operation runs: it is treated as up/,
  );
});

test("where the state cannot be read, only what was allowed by number is deleted", async () => {
  const reason = async () => ({ reason: "error: no backend" });
  const run = guardOf("pulumi destroy", [], { state: reason });
  await run.keep(variable("v1"));
  await expect(run.remove(variable("v0"))).rejects.toThrow(
    /state could not be read: error: no backend, so it is unknown how much.*\(1 of its resources were declared.*BITBUCKET_ALLOW_DELETIONS=<n>/,
  );
  const allowed = guardOf("pulumi up", [], { state: reason, ...allow(1) });
  expect(await allowed.remove(variable("v0"))).toBe("request");
  await expect(allowed.remove(variable("v1"))).rejects.toThrow(/it is unknown how much/);
  // The state of another stack says nothing about this one.
  await expect(guardOf("pulumi up", variables(3)).remove(variable("other"))).rejects.toThrow(
    /does not contain what is to be deleted/,
  );
});

test("what is protected from deletion is not replaced: what, because of which field, and what to do", async () => {
  const plat = (more: object) => ({
    kind: projectKind,
    id: "{plat}",
    outputs: { workspace: "acme", key: "PLAT", name: "Platform", ...more },
  });
  const replace = async (before: object, now: object) => {
    const run = guardOf("pulumi preview", [plat(before)]);
    const { kind, id, outputs } = plat(before);
    const inputs = { ...outputs, ...now, key: "OTHER" };
    run.guard.recordCheck(kind, inputs);
    await run.guard.recordDiff(kind, id, outputs, inputs, ["key"]);
  };
  const refusal =
    /^A change of key would replace the project PLAT in acme: delete it.*protected from deletion.*write deletion: "allow" for it, apply that, and then change key/;
  await expect(replace({}, {})).rejects.toThrow(refusal);
  await expect(replace({ deletion: "forbid" }, { deletion: "allow" })).rejects.toThrow(refusal);
  await expect(replace({ deletion: "allow" }, { deletion: "forbid" })).rejects.toThrow(refusal);
  await replace({ deletion: "allow" }, {});
});

test("a destroy meets what is protected first, whoever protects it", async () => {
  const kept = repo("kept", "forbid");
  const all = [repo("open", "allow"), kept, hook("h", kept)];
  await expect(guardOf("pulumi destroy", all).remove(hook("h", kept))).rejects.toThrow(
    /repository acme\/kept is protected from deletion.*deletion: "allow"[\s\S]*Nothing was deleted/,
  );
  const own = [variable("a", { protect: true }), variable("b")];
  await expect(guardOf("pulumi destroy", own).remove(variable("b"))).rejects.toThrow(
    /a is protected by the program \("protect: true"\)/,
  );
  expect(await guardOf("pulumi destroy --ignore-protect", own).remove(variable("b"))).toBe("request");
  expect(
    await guardOf("pulumi destroy --exclude-protected", all).remove(variable("b")).catch(String),
  ).toMatch(/does not (contain|apply)/);
  expect(await guardOf("pulumi destroy --exclude-protected", own).remove(variable("b"))).toBe("request");
});

test("of a targeted run, what is targeted counts", async () => {
  const kept = repo("kept", "forbid");
  const all = [kept, hook("h", kept), ...variables(12)];
  const target = (entry: Entry) => `--target ${urnOf(entry)}`;
  expect(await guardOf(`pulumi destroy ${target(variable("v0"))}`, all).remove(variable("v0"))).toBe(
    "request",
  );
  await expect(
    guardOf(`pulumi destroy ${target(kept)} --target-dependents`, all).remove(hook("h", kept)),
  ).rejects.toThrow(/acme\/kept is protected/);
  const up = guardOf(`pulumi up --target **`, variables(12));
  for (const one of variables(3)) expect(await up.remove(one)).toBe("request");
  await expect(up.remove(variable("v3"))).rejects.toThrow(/4 of 12 resources.*Nothing else was deleted/);
});

test("what belongs to something that goes takes no request, if it is there indeed", async () => {
  const open = repo("open", "allow");
  const other = repo("other", "allow");
  const archived = repo("archived", "archive");
  const hooks = [hook("in", open), hook("elsewhere", open, other.id), hook("kept", archived)];
  const run = guardOf("pulumi destroy", [open, other, archived, ...hooks]);
  expect(await Promise.all([...hooks, open].map(run.remove))).toEqual([
    "along",
    "request",
    "request",
    "request",
  ]);
  // An owner that stays does not delete its members.
  const up = guardOf("pulumi up", [open, ...hooks.slice(0, 1)]);
  await up.keep(open);
  expect(await up.remove(hook("in", open))).toBe("request");
});

test("replacements count while the program runs, and beside deletions at its end", async () => {
  const all = variables(12);
  const run = guardOf("pulumi up", all);
  for (const one of all.slice(0, 3)) await run.replace(one);
  expect(run.reads()).toBe(0);
  expect(await run.remove(variable("v0"))).toBe("request");
  await run.keep(...all.slice(4));
  await expect(run.remove(variable("v3"))).rejects.toThrow(/4 of 12 resources/);

  const more = guardOf("pulumi preview", all);
  for (const one of all.slice(0, 3)) await more.replace(one);
  await expect(more.replace(variable("v3"))).rejects.toThrow(/replace 4 of 12 resources/);
});

test("what the engine leaves alone, or has deleted for a replacement, does not count", async () => {
  const all = [
    variable("left", { retainOnDelete: true }),
    variable("pending", { pendingReplacement: true }),
    variable("a"),
    variable("b"),
  ];
  const run = guardOf("pulumi up", all);
  await run.keep(variable("a"));
  expect(await run.remove(variable("b"))).toBe("request");
});

describe("two providers of one program, each with a process", () => {
  const mine = variables(10).map((one) => ({ ...one, more: { provider: "urn:one::1" } }));
  const others = Array.from({ length: 10 }, (_, index) =>
    variable(`other${index}`, { provider: "urn:two::2" }),
  );
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-shared-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function start(more: Partial<GuardContext> = {}) {
    const of = (provider: string) => {
      const shared = new SharedRun(join(folder, "run"));
      return guardOf("pulumi up", [...mine, ...others], {
        provider: () => provider,
        facts: new RunFacts(() => shared),
        ...more,
      });
    };
    return [of("urn:one::1"), of("urn:two::2")] as const;
  }

  test("what one keeps is not deleted by the other", async () => {
    const [one, two] = start();
    await one.keep(...mine.slice(1));
    await two.keep(...others.slice(1));
    await expect(one.remove(variable("v0"))).resolves.toBe("request");
    await expect(two.remove(variable("other0"))).resolves.toBe("request");
  });

  test("limits count the deletions of both, and one refusal stops both", async () => {
    const [one, two] = start({
      limits: () => readLimits((name) => (name === "maxDeletions" ? "3" : undefined)),
    });
    await one.keep(...mine.slice(2));
    await two.keep(...others.slice(2));
    await expect(one.remove(variable("v0"))).rejects.toThrow(
      /would delete or replace 4 of 20 resources, and the limit is 3/,
    );
    await expect(two.remove(variable("other0"))).rejects.toThrow(/this run was stopped/);
  });

  test("deletions that were allowed for a run are allowed once", async () => {
    const [one, two] = start(allow(5));
    await one.keep(...mine.slice(4));
    await two.keep(...others.slice(4));
    await expect(two.remove(variable("other0"))).rejects.toThrow(/would delete or replace 8 of 20/);
    await expect(one.remove(variable("v0"))).rejects.toThrow(/this run was stopped/);
  });

  test("replacements of both count", async () => {
    const [one, two] = start();
    for (const entry of mine.slice(0, 3)) await one.replace(entry);
    for (const entry of others.slice(0, 3)) await two.replace(entry);
    await expect(one.replace(variable("v3"))).rejects.toThrow(/would delete or replace 7 of 20/);
  });

  test("all of one provider's resources are deleted by no list that came out empty", async () => {
    const few = variable("few", { provider: "urn:few::3" });
    const shared = [1, 2].map(() => new SharedRun(join(folder, "run")));
    const entries = [...mine, ...others, few];
    const [big, small] = ["urn:one::1", "urn:few::3"].map((provider, index) =>
      guardOf("pulumi up", entries, { provider: () => provider, facts: new RunFacts(() => shared[index]) }),
    );
    await big?.keep(...mine, ...others);
    await expect(small?.remove(few)).rejects.toThrow(/declares none of the resources.*all 1 /);
  });

  test("what a process that shares nothing keeps counts as deleted: when in doubt, nothing is", async () => {
    const alone = guardOf("pulumi up", [...mine, ...others], { provider: () => "urn:one::1" });
    await alone.keep(...mine.slice(1));
    await expect(alone.remove(variable("v0"))).rejects.toThrow(/would delete or replace 11 of 20/);
  });
});

describe("a run that a command has limited to targets", () => {
  const targets = (...entries: readonly Entry[]) =>
    `pulumi up ${entries.map((entry) => `--target ${urnOf(entry).replace("urn:pulumi:", "urn:*:")}`).join(" ")}`;
  const limited = { isLimited: true };

  test("judges its targets together: what belongs to a deleted one takes no request", async () => {
    const owner = repo("api", "allow");
    const [ci, cd] = [hook("ci", owner), hook("cd", owner)];
    const others = variables(8);
    const run = guardOf(targets(owner, ci, cd), [owner, ci, cd, ...others], limited);
    await run.keep(variable("declared"));
    expect(await run.remove(ci)).toBe("along");
    expect(await run.remove(owner)).toBe("request");
  });

  test("holds to the limits before the first deletion, by all that the state holds", async () => {
    const all = variables(20);
    const run = guardOf(targets(...all.slice(0, 7)), all, limited);
    await run.keep(variable("declared"));
    await expect(run.remove(variable("v0"))).rejects.toThrow(/7 of 20 resources, and the limit is 30 %/);
    const few = guardOf(targets(...all.slice(0, 6)), all, limited);
    await few.keep(variable("declared"));
    expect(await few.remove(variable("v0"))).toBe("request");
  });

  test("deletes nothing that is no target, and nothing where there are none", async () => {
    const all = variables(4);
    const run = guardOf(targets(variable("v0")), all, limited);
    await run.keep(...all.slice(2));
    await expect(run.remove(variable("v1"))).rejects.toThrow(/not among what this run is limited to/);
    const unlimited = guardOf("pulumi up", all, limited);
    await unlimited.keep(...all.slice(1));
    await expect(unlimited.remove(variable("v0"))).rejects.toThrow(/targets of the engine are not known/);
  });
});
