/** However a run ends, it leaves nothing of its own behind, or reports it. */
import { Control } from "../../acceptance/client";
import type { Probe } from "../../acceptance/probe";
import { casesOf, MarkedWorld } from "./world";

let world: MarkedWorld;
afterEach(() => world.close());

/** A probe that creates something, and then runs this. */
const probe = (act: () => Promise<void>): Probe => ({
  id: "a-probe",
  question: "Is it?",
  async run(ask) {
    await ask.repository({ empty: true });
    await act();
    return { verdict: "yes", evidence: [] };
  },
});

test("one that uses up its requests stops, keeps what it saw, and cleans up", async () => {
  world = await MarkedWorld.start();
  const lines: string[] = [];
  const control = new Control(90);
  const run = await world.run({ cases: casesOf("Webhook"), control, say: (line) => lines.push(line) });
  expect(run).toMatchObject({ stopped: "budget", left: [] });
  expect(run.operations.length).toBeGreaterThan(5);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}Webhook \(repository\): \d+ passed$/));
  expect(world.own()).toEqual([]);
});

test("one that breaks cleans up, and says why it broke", async () => {
  world = await MarkedWorld.start();
  const broken = probe(async () => {
    expect(world.own().length).toBe(3);
    throw new Error("a mistake in a probe");
  });
  await expect(world.run({ probes: [broken] })).rejects.toThrow("a mistake in a probe");
  expect(world.own()).toEqual([]);
});

test("a project whose repositories count a while longer is deleted later", async () => {
  let refusals = 0;
  const waits: number[] = [];
  world = await MarkedWorld.start((operation, answer) => {
    if (!operation.startsWith("DELETE /workspaces/acme/projects/") || refusals >= 2) return;
    refusals += 1;
    answer.status = 403;
    answer.body = { type: "error", error: { message: "This project still has repositories." } };
  });
  const run = await world.run({
    probes: [probe(async () => {})],
    pause: async (milliseconds) => waits.push(milliseconds),
  });
  expect(run.left).toEqual([]);
  expect(waits).toEqual([2000, 5000]);
});

test("what cannot be deleted is named", async () => {
  world = await MarkedWorld.start((operation, answer) => {
    if (!operation.startsWith("DELETE /repositories/")) return;
    answer.status = 403;
    answer.body = { type: "error", error: { message: "No." } };
  });
  const run = await world.run({ probes: [probe(async () => {})] });
  expect(run.left).toEqual([
    expect.stringMatching(/^repository bacacc[0-9a-f]{16}-repository-1: The credential lacks permission/),
  ]);
});

test("two runs in one workspace have names of their own, and both are recognised", async () => {
  world = await MarkedWorld.start();
  const seen: string[] = [];
  const look = probe(async () => void seen.push(...world.own()));
  await world.run({ probes: [look] });
  await world.run({ probes: [look] });
  expect(new Set(seen).size).toBe(6);
  expect(world.own()).toEqual([]);
});
