/**
 * A stack on a real engine, with faults. After each fault the same command is run again, as a user would, and
 * the server holds exactly what the YAML declares: no duplicates, no losses.
 */
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { troubles } from "../faults/catalogue";
import { isFull, note } from "../faults/results";
import { held, resources, type Version, wanted, yamlOf } from "../faults/stack";
import { kill, processesWith, type RunningProcess, randomFrom, until } from "./support/processes";
import { Project, type Result } from "./support/project";

jest.setTimeout(1_800_000);

/** The native provider, of a program on Node.js, is beside what the others have in common. */
const frontEnds = ["dynamic", "compiled", ...(isFull ? (["native"] as const) : [])] as const;

describe.each(frontEnds)("with the %s front end", (frontEnd) => {
  let project: Project;
  let version: Version = "after";
  beforeAll(async () => {
    project = await Project.startWithVault();
    if (frontEnd === "compiled") await project.runOn("yaml");
    if (frontEnd === "native") {
      project.env.PATH = [join(project.checkout, "plugin"), project.env.PATH].join(delimiter);
      await project.configure("bitbucket-cloud:provider", frontEnd);
    }
    // This many changes and requests are intended here.
    Object.assign(project.env, { BITBUCKET_ALLOW_DELETIONS: "1000", BITBUCKET_REQUESTS_PER_HOUR: "1000000" });
    await turn();
    expect((await project.up()).exitCode).toBe(0);
  });
  afterAll(() => project.close());

  /** The other state becomes the desired one, so that each run has to change every resource. */
  async function turn(): Promise<void> {
    version = version === "before" ? "after" : "before";
    await project.yaml(yamlOf(version));
  }

  /** What says that it is done has done it; any other run is repeated. */
  async function finish(name: string, result: Result): Promise<void> {
    if (result.exitCode === 0) expect(held(project)).toEqual(wanted(version));
    if (result.exitCode !== 0 || isFull) {
      const again = await project.up();
      expect(again.output).not.toMatch(/error:/);
      expect(again.exitCode).toBe(0);
      expect(held(project)).toEqual(wanted(version));
    }
    note("stack", name, result.exitCode === 0 ? "recovered" : "again");
  }

  /** A user's view of a failure: what happened and where, no stack trace, no secret, an exit code. */
  function expectClear({ output, exitCode }: Result): void {
    expect(exitCode).not.toBe(0);
    expect(output.replace(/\s+/g, " ")).toMatch(/(GET|POST|PUT|DELETE) \//);
    expect(output).not.toMatch(/^\s+at \S+ \(.*:\d+:\d+\)/m);
    for (const secret of [project.env.BITBUCKET_TOKEN, project.env.PULUMI_CONFIG_PASSPHRASE])
      expect(output).not.toContain(secret);
  }

  /** In `npm test`, the most telling ones without long waits. */
  const few = [
    "connection lost after each write took effect, once",
    "truncated JSON in every response to a write",
    "the token is revoked during the run, and replaced",
  ];

  test.each(troubles.filter(({ name }) => isFull || few.includes(name)))(
    "a stack survives: $name",
    async ({ name, harmless, start }) => {
      await turn();
      const undo = start(project.emulator);
      const result = await project.up();
      undo?.();
      project.emulator.clearFaults();
      if (harmless) expect(result.exitCode).toBe(0);
      if (result.exitCode !== 0) expectClear(result);
      await finish(name, result);
    },
  );

  test("a stack survives that somebody else makes and takes away things in the middle", async () => {
    await turn();
    const { requests } = project.emulator;
    const push = requests.push;
    let done = false;
    // Between the refresh and the writes.
    requests.push = (...items) => {
      const length = push.apply(requests, items);
      if (!done && items.some(({ method }) => method !== "GET")) {
        done = true;
        const [first, second] = [project.repository("service-0"), project.repository("service-1")];
        first.variables.clear();
        second.hooks.clear();
        second.description = "Somebody was here";
      }
      return length;
    };
    const result = await project.up();
    requests.push = push;
    expect(done).toBe(true);
    if (result.exitCode !== 0) expect(result.output).toMatch(/was deleted on the server during this run/);
    await finish("someone changes and deletes objects during the run", result);
  });

  const parts = ["engine", "program", "provider"] as const;
  const signals = ["SIGTERM", "SIGKILL"] as const;

  const chance = randomFrom(20_261_125);
  const kills = Array.from({ length: isFull ? 50 : 3 }, (_, index) => {
    const part = parts[index % 3] ?? "engine";
    const signal = signals[Math.floor(chance() * 2)] ?? "SIGKILL";
    return { part, signal, requests: 1 + Math.floor(chance() * 2 * resources) };
  });

  test.each(kills)(
    "a stack survives $signal of the $part after $requests requests",
    async ({ part, signal, requests }) => {
      await turn();
      project.emulator.requests.length = 0;
      const { child, result } = project.start(["up", "--yes", "--skip-preview", "--stack", "test"]);
      let ended = false;
      void result.then(() => {
        ended = true;
      });
      await until(() => ended || project.emulator.requests.length >= requests);
      const running = () => processes(part, child.pid ?? 0);
      // A program starts only after the refresh.
      await until(() => ended || running().length > 0, 20);
      const hit = running();
      expect(hit).not.toEqual([]);
      for (const one of hit) kill(one, signal);
      const outcome = await result;
      // A kill leaves a lock, which the user removes.
      await project.unlock();
      await finish(`${signal} of the ${part}`, outcome);
    },
  );

  test("after all of this, there is nothing to change", async () => {
    const { exitCode, output } = await project.preview(["--expect-no-changes"]);
    expect(output).toMatch(/\d+ unchanged/);
    expect(exitCode).toBe(0);
  });

  /** The engine itself, or a child of it. */
  function processes(part: (typeof parts)[number], engine: number): RunningProcess[] {
    if (part === "engine") return [{ pid: engine, command: "pulumi" }];
    const provider =
      frontEnd === "dynamic" ? "pulumi-resource-pulumi-nodejs" : "pulumi-resource-bitbucket-cloud";
    const program = frontEnd === "compiled" ? "pulumi-language-yaml" : "cmd/run/";
    const script = part === "program" ? program : provider;
    return processesWith(project.folder).filter(({ command }) => command.includes(script));
  }

  // The engine retries writing its state for five minutes before it gives up: too long for every day.
  if (isFull && frontEnd === "dynamic") {
    test("a stack survives a disk that is full when its state is written", async () => {
      await turn();
      // The stack on that disk recreates all of it.
      project.emulator.reset();
      const folder = join(project.folder, "small-disk");
      mkdirSync(folder);
      const repair = `${process.execPath} ${join(project.checkout, "dist", "cli", "main.js")} repair small --yes`;
      // A file system of its own, in a namespace of its own: it ends with the command.
      const script = [
        `mount -t tmpfs -o size=600k tmpfs ${folder}`,
        "pulumi stack init small >/dev/null",
        `cp stacks/test.yaml stacks/small.yaml`,
        `dd if=/dev/zero of=${folder}/filler bs=1k count=520 2>/dev/null`,
        "pulumi up --yes --skip-preview --stack small --non-interactive --color never",
        'echo "first: $?"',
        `rm ${folder}/filler`,
        `mount -o remount,size=50m ${folder}`,
        "pulumi cancel --yes --stack small >/dev/null 2>&1",
        // The backend leaves an empty file, and another one instead of the earlier copy: see
        // docs/explanation/reliability.md.
        `cd ${folder}/.pulumi/stacks/bitbucket; wc -c small.json*; cd ${project.folder}`,
        `${repair} || echo "damaged: $?"`,
        `rm ${folder}/.pulumi/stacks/bitbucket/small.json*`,
        "pulumi stack init small >/dev/null",
        repair,
        'echo "repaired: $?"',
        "pulumi up --yes --skip-preview --stack small --non-interactive --color never",
        'echo "second: $?"',
        "pulumi preview --expect-no-changes --stack small --non-interactive --color never",
        'echo "third: $?"',
      ].join("\n");
      const isRoot = process.getuid?.() === 0;
      const command = ["--mount", ...(isRoot ? [] : ["--map-root-user"]), "sh", "-c", script];
      // The emulator is in this process and must keep responding.
      const { exitCode, output } = await project.command("unshare", command, {
        PULUMI_BACKEND_URL: `file://${folder}?metadata=skip`,
      }).result;
      expect(exitCode).toBe(0);
      expect(output).toMatch(/no space left on device/);
      expect(output).not.toMatch(/^first: 0$/m);
      expect(output).toMatch(/The state of \S+ is damaged\. Restore[\s\S]*^damaged: 1$/m);
      expect(output).toMatch(/\d+ added to the state[\s\S]*^repaired: 0$/m);
      expect(output).toMatch(/^second: 0$/m);
      expect(output).toMatch(/^third: 0$/m);
      expect(held(project)).toEqual(wanted(version));
      note("stack", "the disk is full when the state is written", "again");
    });
  }
});
