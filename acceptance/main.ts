/** `npm run test:acceptance`: verifies against Bitbucket Cloud what was developed against an emulator. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { BitbucketError, type Client, defaultBaseUrl, SettingError } from "../src/bitbucket";
import { createClientFrom } from "../src/provider/clientFrom";
import { Control } from "./client";
import { engineRequests } from "./engine";
import { FlagError, type Flags, help, parseFlags } from "./flags";
import { rehearse } from "./rehearsal";
import { type Differences, differencesOf, writeReport } from "./report";
import type { RecordedTarget, When } from "./resultsFile";
import { type AcceptanceOptions, cleanAlone, type RunResult, runAcceptance } from "./run";
import { markerOf, NotMarkedError } from "./workspace";

const root = resolve(__dirname, "..");
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** @returns The exit code: 0 as expected, 1 an error, 2 differences, 130 interrupted. */
async function main(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args);
  if (flags.help) {
    say(help);
    return 0;
  }
  return flags.emulator ? onEmulator(flags) : onWorkspace(flags, flags.workspace ?? "");
}

/** Runs on its own emulator: the part that requires no credential. */
async function onEmulator(flags: Flags): Promise<number> {
  const { cases, probes } = flags;
  const control = interruptible(new Control());
  const run = await rehearse({
    cases,
    probes,
    member: "given",
    group: "given",
    control,
    credentials: { type: "api-token" },
  });
  const differences = differencesOf(run, run);
  const when = whenOf("api-token");
  writeReport({ ...reportOptions(flags), target: "emulator", run, rehearsal: run, differences, when });
  return conclude(run, differences, "the emulator");
}

async function onWorkspace(flags: Flags, workspace: string): Promise<number> {
  const client = createClientFrom(process.env, () => undefined, say);
  try {
    return await withClient(flags, workspace, client);
  } finally {
    await client.close();
  }
}

async function withClient(flags: Flags, workspace: string, client: Client): Promise<number> {
  const target: RecordedTarget = client.baseUrl === defaultBaseUrl ? "service" : "emulator";
  const { cases, probes, user: member, group, engine, maxRequests } = flags;
  if (flags.record && target === "emulator" && flags.output === undefined)
    throw new FlagError(
      "--record keeps what the service answers: for an emulator, give --output a folder of its own.",
    );
  await markerOf(client, workspace);
  const control = interruptible(new Control(maxRequests));
  const options: AcceptanceOptions = {
    client,
    workspace,
    cases,
    probes,
    member,
    group,
    engine,
    control,
    say,
  };
  if (flags.clean) {
    const left = await cleanAlone(options);
    say(
      left.length === 0 ? "Nothing of any acceptance run is left." : `${left.length} could not be deleted.`,
    );
    return left.length === 0 ? 0 : 1;
  }

  say("Rehearsing on an emulator…");
  const rehearsal = await rehearse({
    cases,
    probes,
    member,
    group,
    control: interruptible(new Control()),
    credentials: client.credentials,
  });
  if (control.interrupted) return 130;
  const where = target === "service" ? "Bitbucket Cloud" : client.baseUrl;
  const needed = rehearsal.requests + (engine ? engineRequests : 0);
  // An emulator's limit does not matter.
  const left = target === "service" ? client.budget.countRemaining() : Number.POSITIVE_INFINITY;
  say(
    `About ${needed} requests to ${where}` +
      `${target === "service" ? `, of about ${left} that are left of this hour's limit` : ""}. ` +
      `It stops and cleans up at ${maxRequests}.`,
  );
  if (needed > Math.min(maxRequests, left)) {
    say(
      "That is too many. Nothing was written. Run it in parts (--kinds, --probes), " +
        (needed > left ? "or wait." : "or allow more with --most-requests."),
    );
    return 1;
  }

  const run = await runAcceptance(options);
  const differences = differencesOf(run, rehearsal);
  const when = whenOf(client.credentials.type);
  writeReport({ ...reportOptions(flags), target, run, rehearsal, differences, when });
  return conclude(run, differences, where);
}

function reportOptions({ output, record }: Flags) {
  return { folder: output === undefined ? root : resolve(output), record };
}

function conclude(run: RunResult, differences: Differences, where: string): number {
  const { operations, probes, answers } = differences;
  const passed = run.operations.filter(({ verdict }) => verdict === "passed").length;
  say(
    `${passed} of ${run.operations.length} operations passed on ${where}, ${run.probes.length} probes were asked, ` +
      `with ${run.requests} requests.`,
  );
  const open = run.operations.filter(({ verdict }) => verdict.startsWith("not-"));
  for (const one of open)
    say(`  ${one.kind} (${one.parent}): ${stateText(one.verdict)}: ${one.differences.join("; ")}`);
  const count = operations.length + probes.length + answers.length;
  if (count > 0) say("Differences:");
  for (const line of operations) say(`  ${line}`);
  for (const line of probes) say(`  probe ${line}`);
  for (const { operation, differences } of answers) {
    say(`  ${operation}`);
    for (const line of differences) say(`    ${line}`);
  }
  for (const line of run.left) say(`Left in the workspace: ${line}. "--clean" tries again.`);
  if (run.stopped === "interrupted") {
    say("Interrupted. What was seen until then is recorded, and what the run created is deleted.");
    return 130;
  }
  if (run.stopped === "budget") {
    say("Stopped at --most-requests. Run the rest with --kinds and --probes: results add up.");
    return 1;
  }
  if (run.left.length > 0) return 1;
  return count > 0 ? 2 : 0;
}

function stateText(verdict: string): string {
  return verdict.replace("-", " ");
}

const controls: Control[] = [];

/** The first signal stops the run, which then cleans up; the second one ends it immediately. */
function interruptible(control: Control): Control {
  if (controls.length === 0)
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  controls.push(control);
  return control;
}

let interruptedAt = 0;

function interrupt(): void {
  if (controls.every(({ interrupted }) => interrupted)) {
    // npm forwards a signal that the terminal has sent to both: it counts as one Ctrl-C.
    if (Date.now() - interruptedAt < 1000) return;
    say("Left at once: the next run, or --clean, deletes what is left.");
    process.exit(130);
  }
  say("Stopping: what the run created is deleted. Once more leaves at once.");
  interruptedAt = Date.now();
  for (const control of controls) control.interrupt();
}

function whenOf(credential: string): When {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { date: new Date().toISOString().slice(0, 10), version, credential };
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isPlain = [FlagError, SettingError, BitbucketError, NotMarkedError].some(
      (type) => error instanceof type,
    );
    process.stderr.write(
      `${isPlain && error instanceof Error ? error.message : ((error as Error)?.stack ?? error)}\n`,
    );
    process.exitCode = 1;
  },
);
