/** `--engine`: a small stack in YAML that a real Pulumi engine applies, changes, repairs and destroys. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { apiPath } from "../src/bitbucket";
import { ensureEngine } from "../src/pulumi/binary";
import { type Control, StoppedError } from "./client";
import type { Gateway } from "./gateway";
import { sshPublicKey } from "./keys";
import type { OperationOutcome, Watch } from "./operations";
import { Mismatch, outcomeOf } from "./outcome";
import type { Scratch } from "./scratch";

const checkout = resolve(__dirname, "..");

/** Its approximate number of requests. */
export const engineRequests = 80;

/** The exit code of `pulumi preview --expect-no-changes` if there are changes. */
const changesFound = 7;

export async function runEngine(
  scratch: Scratch,
  gateway: Gateway,
  watch: Watch,
  control: Control,
): Promise<OperationOutcome[]> {
  const engine = await ensureEngine({ report: watch.say });
  const stack = new Stack(await mkdtemp(join(tmpdir(), "acceptance-")), {
    ...process.env,
    PATH: engine.path,
    BITBUCKET_API_URL: gateway.url,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const key = sshPublicKey();
  const repository = scratch.names.text("engine");
  const outcomes: OperationOutcome[] = [];
  const steps: readonly (readonly [string, () => Promise<void>])[] = [
    [
      "up",
      async () => {
        await stack.begin();
        await stack.write(yaml(scratch, key, "one"));
        await stack.expect(0, "up", "--yes", "--skip-preview");
      },
    ],
    ["preview without a change", () => stack.expect(0, "preview", "--expect-no-changes")],
    [
      "up after a change",
      async () => {
        await stack.write(yaml(scratch, key, "two"));
        await stack.expect(0, "up", "--yes", "--skip-preview");
        await stack.expect(0, "preview", "--expect-no-changes");
      },
    ],
    [
      "preview after drift",
      async () => {
        const path = apiPath`/repositories/${scratch.workspace}/${repository}`;
        await scratch.client.send({ method: "PUT", path, body: { description: "by hand" } });
        await stack.expect(changesFound, "preview", "--expect-no-changes");
      },
    ],
    [
      "up after drift",
      async () => {
        await stack.expect(0, "up", "--yes", "--skip-preview");
        await stack.expect(0, "preview", "--expect-no-changes");
      },
    ],
    ["destroy", () => stack.expect(0, "destroy", "--yes", "--skip-preview")],
  ];
  try {
    for (const [operation, work] of steps) {
      if (control.interrupted) throw new StoppedError("interrupted");
      const outcome = await outcomeOf(
        async () => {
          await work();
          return [];
        },
        watch.refusals,
        watch.say,
      );
      outcomes.push({ kind: "Stack", parent: "workspace", operation, ...outcome });
      // The following operations depend on it.
      if (outcome.verdict !== "passed" && operation === "up") break;
    }
  } finally {
    for (const line of gateway.refused) watch.say(`    refused by the guard: ${line}`);
    await stack.end();
  }
  return outcomes;
}

function yaml({ workspace, names }: Scratch, key: string, text: string): string {
  const project = names.key("ENGINE");
  return `workspace: ${workspace}
defaults: { repository: { deletion: allow }, project: { deletion: allow } }
projects:
  ${project}: { name: ${names.text("engine")}, description: ${text} }
repositories:
  ${names.text("engine")}:
    project: ${project}
    description: ${text}
    pipelinesEnabled: true
    webhooks:
      ci: { url: ${names.url(text)}, events: [repo:push] }
    deployKeys:
      deployer: { key: ${key} }
    variables:
      LOG_LEVEL: ${text}
    branchRestrictions:
      no-force: { kind: force, pattern: main }
variables:
  ${names.key("ENGINE")}: ${text}
`;
}

/** A user's project in a folder of its own, with the state in it. */
class Stack {
  constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  async begin(): Promise<void> {
    for (const name of ["node_modules", "state", "stacks"]) await mkdir(join(this.folder, name));
    await symlink(join(checkout, "node_modules", "@pulumi"), join(this.folder, "node_modules", "@pulumi"));
    await symlink(checkout, join(this.folder, "node_modules", "bitbucket-as-code"));
    const files = {
      "index.js": 'module.exports = require("bitbucket-as-code/program");\n',
      "package.json": '{ "name": "acceptance", "private": true }\n',
      "Pulumi.yaml":
        "name: bitbucket\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\noptions: { refresh: always }\n",
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(this.folder, name), text);
    await this.expect(0, "stack", "init", "acceptance");
  }

  write(text: string): Promise<void> {
    return writeFile(join(this.folder, "stacks", "acceptance.yaml"), text);
  }

  /** Runs the engine. Its output is shown if it ends unexpectedly. */
  async expect(code: number, ...args: readonly string[]): Promise<void> {
    const stack = args[0] === "stack" ? [] : ["--stack", "acceptance"];
    const child = spawn("pulumi", [...args, ...stack, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: { ...this.env, PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => {
        output += piece.toString();
      });
    const ended = await new Promise<number | null>((done, fail) => {
      child.on("error", fail);
      child.on("close", done);
    });
    if (ended === code) return;
    throw new Mismatch([`pulumi ${args[0]} ended with ${ended} where ${code} was expected`], output);
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
