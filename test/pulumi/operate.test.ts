import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { EventFile } from "../../src/pulumi/eventFile";
import type { EngineEvent } from "../../src/pulumi/events";
import { type OperateOptions, runOperation } from "../../src/pulumi/operate";

/** An engine that notes how it was called and by which signal it ends, and logs the events of a file. */
const script = `#!/bin/sh
echo "$@" >> "$FOLDER/calls"
while [ $# -gt 0 ]; do [ "$1" = --event-log ] && events=$2; shift; done
cat "$FOLDER/given" >> "$events"
if [ -e "$FOLDER/waits" ]; then
  trap 'echo interrupted > "$FOLDER/signal"; exit 255' INT
  touch "$FOLDER/begun"
  while :; do sleep 0.02; done
fi
[ -e "$FOLDER/stderr" ] && cat "$FOLDER/stderr" >&2
[ -e "$FOLDER/stdout" ] && cat "$FOLDER/stdout"
exit $(cat "$FOLDER/code")
`;

const urn = "urn:pulumi:acme::bitbucket::pulumi-nodejs:bitbucket:Repository::api";

const updated = {
  sequence: 4,
  timestamp: 1,
  resOutputsEvent: {
    metadata: {
      op: "update",
      urn,
      type: "pulumi-nodejs:bitbucket:Repository",
      old: { id: "{1}", inputs: { description: "größer" } },
      new: { id: "{1}", inputs: { description: "new" } },
      detailedDiff: null,
    },
  },
};

const warned = {
  sequence: 5,
  diagnosticEvent: { severity: "warning", message: "<{%reset%}>careful<{%reset%}>\n", color: "raw" },
};

let folder: string;

async function until(happens: () => boolean): Promise<void> {
  while (!happens()) await new Promise((wake) => setTimeout(wake, 5));
}

/** Runs an operation of an engine that logs these lines. */
function operate(
  lines: readonly string[],
  code = 0,
  options: Partial<OperateOptions> = {},
  operation: "up" | "preview" = "up",
) {
  writeFileSync(join(folder, "given"), lines.join("\n"));
  writeFileSync(join(folder, "code"), String(code));
  const env = {
    FOLDER: folder,
    PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
    ...options.env,
  };
  return runOperation("acme", operation, { root: folder, folder, ...options, env });
}

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-operate-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "pulumi"), script);
  chmodSync(join(folder, "bin", "pulumi"), 0o755);
});

it("starts the engine once, and tells what its events say", async () => {
  let done = 0;
  const outcome = await operate([JSON.stringify(updated), JSON.stringify(warned), ""], 0, {
    parallel: 16,
    onDone: () => {
      done += 1;
    },
  });
  expect(outcome).toMatchObject({
    stack: "acme",
    succeeded: true,
    changes: [{ operation: "update", kind: "Repository", name: "api", fields: ["description"] }],
    messages: [{ severity: "warning", text: "careful" }],
  });
  expect(done).toBe(1);
  expect(calls()).toEqual([
    `up --yes --skip-preview --parallel 16 --exec-kind auto.local --event-log ${join(folder, "acme.events")} --stack acme --non-interactive --color never`,
  ]);
  expect(existsSync(join(folder, "acme.events"))).toBe(false);
});

it("writes an update plan in a preview, and holds an apply to it", async () => {
  await operate([], 0, { plan: "/tmp/plan.json", targets: [urn] }, "preview");
  await operate([], 0, { plan: "/tmp/plan.json", targets: [urn] }, "up");
  expect(calls()[0]).toMatch(`preview --target ${urn} --save-plan /tmp/plan.json `);
  expect(calls()[1]).toMatch(`up --yes --skip-preview --target ${urn} --plan /tmp/plan.json `);
});

it("keeps what an engine logged that died in the middle of a line", async () => {
  const outcome = await operate([JSON.stringify(updated), JSON.stringify(warned).slice(0, 40)], 137);
  expect(outcome).toMatchObject({ succeeded: false, changes: [{ name: "api" }] });
  expect(outcome.messages).toEqual([
    { severity: "error", text: "pulumi up failed: it exited with code 137" },
  ]);
});

it("shows the engine's own output where no event tells why it failed", async () => {
  writeFileSync(join(folder, "stderr"), "warning: using a host from $PATH\n");
  writeFileSync(join(folder, "stdout"), "error: no stack named 'acme' found\n");
  const { messages } = await operate([], 255);
  expect(messages).toEqual([
    {
      severity: "error",
      text: "pulumi up failed: warning: using a host from $PATH\nerror: no stack named 'acme' found",
    },
  ]);
});

it("says who holds the lock", async () => {
  writeFileSync(
    join(folder, "stderr"),
    "error: the stack is currently locked by 1 lock(s).\n  /s/.pulumi/locks/organization/bitbucket/acme/1.json: created by ann@build-7 (pid 12) at 2026-11-01T10:00:00Z\n",
  );
  const { messages } = await operate([], 255);
  expect(messages[0]?.text).toMatch("acme is locked, held by ann on build-7 (process 12)");
});

it("lets the engine end what it has begun where it is stopped", async () => {
  writeFileSync(join(folder, "waits"), "");
  const stop = new AbortController();
  const running = operate([], 0, { signal: stop.signal });
  await until(() => existsSync(join(folder, "begun")));
  stop.abort();
  expect((await running).succeeded).toBe(false);
  expect(readFileSync(join(folder, "signal"), "utf8")).toBe("interrupted\n");
});

it("takes each event once, however it arrives", async () => {
  const path = join(folder, "events");
  const taken: EngineEvent[] = [];
  const file = new EventFile(path, (event) => taken.push(event));
  const bytes = Buffer.from(
    `${JSON.stringify(warned)}\n${JSON.stringify(updated)}\nno JSON\n{"resOutputsEvent":{"metadata":7}}\n`,
  );
  const middle = bytes.indexOf(Buffer.from("ö")) + 1;
  appendFileSync(path, bytes.subarray(0, middle));
  await until(() => taken.length > 0);
  appendFileSync(path, bytes.subarray(middle));
  file.close();
  expect(taken.map(({ resOutputsEvent }) => resOutputsEvent?.metadata.old?.inputs)).toEqual([
    undefined,
    { description: "größer" },
  ]);
});
