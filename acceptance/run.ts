/** One run against one API: the service, or an emulator. */
import { type Client, createClient } from "../src/bitbucket";
import { Control, GuardedClient, isAnswer, StoppedError, sentBy } from "./client";
import { runEngine } from "./engine";
import { startGateway } from "./gateway";
import { Guard } from "./guard";
import { findLeftovers, removeLeftovers } from "./leftovers";
import { Names } from "./names";
import { type Exchange, observe } from "./observe";
import { type AcceptanceCase, type OperationOutcome, runCase } from "./operations";
import { refusalText, verdicts } from "./outcome";
import { type Answer, Asking, type Probe } from "./probe";
import { Scratch } from "./scratch";
import { ShapeCollector, type Shapes } from "./shape";
import type { People } from "./values";
import { markerOf, selfOf } from "./workspace";

export interface AcceptanceOptions {
  readonly client: Client;
  readonly workspace: string;
  readonly cases: readonly AcceptanceCase[];
  readonly probes: readonly Probe[];
  readonly member?: string | undefined;
  readonly group?: string | undefined;
  readonly control?: Control;
  /** Whether a real engine applies a small stack as well. */
  readonly engine?: boolean;
  /** Prints a line for the user. */
  readonly say?: (line: string) => void;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export interface ProbeOutcome extends Answer {
  readonly id: string;
}

export interface RunResult {
  readonly operations: readonly OperationOutcome[];
  readonly probes: readonly ProbeOutcome[];
  readonly shapes: Shapes;
  /** All requests, including those of the cleanup. */
  readonly requests: number;
  readonly stopped: StoppedError["reason"] | undefined;
  /** Objects that could not be deleted at the end. */
  readonly left: readonly string[];
}

/**
 * Checks the workspace, deletes what earlier runs left, performs all operations and deletes what it created.
 *
 * @throws {NotMarkedError} before any write, in a workspace that is not marked for it.
 */
export async function runAcceptance(options: AcceptanceOptions): Promise<RunResult> {
  const { client, say = () => {}, control = new Control() } = options;
  const collector = new ShapeCollector();
  const exchanges: Exchange[] = [];
  const refusals: Exchange[] = [];
  const watching = observe(client.baseUrl, (exchange) => {
    collector.take(exchange);
    exchanges.push(exchange);
    if (exchange.status >= 400) refusals.push(exchange);
  });
  const before = sentBy(client);
  const operations: OperationOutcome[] = [];
  const probes: ProbeOutcome[] = [];
  let stopped: RunResult["stopped"];
  try {
    const session = await prepare(options, control);
    const { scratch, people } = session;
    await session.clean(say);
    let passedOn = 0;
    try {
      if (options.cases.length > 0 || options.probes.length > 0) await scratch.begin();
      for (const one of options.cases) {
        const outcomes = await runCase(scratch, one, { refusals, say });
        operations.push(...outcomes);
        say(`  ${one.kind.name} (${one.parent}): ${countsOf(outcomes)}`);
      }
      const ask = new Asking(scratch, exchanges, () => bearer(client));
      for (const probe of options.probes) {
        const found = await answerOf(probe, ask, people, refusals, say);
        probes.push({ id: probe.id, ...found });
        say(`  probe ${probe.id}: ${found.verdict.replace("-", " ")}`);
      }
      if (options.engine) {
        const gateway = await startGateway(client.baseUrl, session.guard);
        try {
          const outcomes = await runEngine(scratch, gateway, { refusals, say }, control);
          operations.push(...outcomes);
          say(`  Stack (a real engine): ${countsOf(outcomes)}`);
        } finally {
          passedOn = gateway.count;
          await gateway.close();
        }
      }
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      stopped = error.reason;
    } finally {
      session.left = await session.clean(say);
    }
    return {
      operations,
      probes,
      shapes: collector.shapes,
      requests: sentBy(client) - before + passedOn,
      stopped,
      left: session.left,
    };
  } finally {
    watching.stop();
  }
}

/** Deletes what earlier runs left, and does nothing else. */
export async function cleanAlone(options: AcceptanceOptions): Promise<readonly string[]> {
  const session = await prepare(options, options.control ?? new Control());
  return session.clean(options.say ?? (() => {}));
}

/** For example "12 passed, 1 differs". */
function countsOf(outcomes: readonly OperationOutcome[]): string {
  return verdicts
    .map((verdict) => ({ verdict, count: outcomes.filter((one) => one.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) =>
      verdict.startsWith("not-") ? verdict.replace("-", " ") : `${count} ${verdict}`,
    )
    .join(", ");
}

async function prepare(options: AcceptanceOptions, control: Control) {
  const { workspace, member, group, pause } = options;
  const names = new Names(await markerOf(options.client, workspace));
  const self = await selfOf(options.client);
  const guard = new Guard(workspace, names, self);
  const client = new GuardedClient(options.client, guard, control);
  const people: People = { self, member, group };
  return {
    people,
    guard,
    scratch: new Scratch(client, workspace, names, people, pause),
    left: [] as readonly string[],
    clean: (say: (line: string) => void) =>
      control.clean(async () => {
        const { leftovers, unreadable } = await findLeftovers(client, workspace, names, self);
        for (const what of unreadable) say(`  cannot be listed, so nothing is deleted: ${what}`);
        const others = leftovers.filter(({ name }) => !name.toLowerCase().includes(names.token));
        if (others.length > 0) say(`  ${others.length} left by earlier runs: deleted`);
        const failed = await removeLeftovers(client, leftovers, pause);
        for (const what of failed) say(`  could not be deleted: ${what}`);
        return failed;
      }),
  };
}

async function answerOf(
  probe: Probe,
  ask: Asking,
  people: People,
  refusals: readonly Exchange[],
  say: (line: string) => void,
): Promise<Answer> {
  const before = refusals.length;
  try {
    return await probe.run(ask);
  } catch (error) {
    if (!isAnswer(error)) throw error;
    // A precondition of the probe was refused.
    say(`    ${error.message}`);
    const refused = refusals.slice(before).slice(-1);
    return {
      verdict: people.self === undefined || error.status === 403 ? "not-allowed" : "not-possible",
      evidence: refused.map((one) => ({ request: `${one.method} ${one.template}`, status: one.status })),
      ...(refused[0] ? { note: `what it needs was refused: ${refusalText(refused[0])}` } : {}),
    };
  }
}

/** The same credential as a bearer token: it can only read. */
function bearer(client: Client): Client {
  const { credentials } = client;
  if (credentials.type === "oauth-client") throw new Error("an OAuth consumer has no token to send");
  return createClient({
    credentials: { type: "workspace", token: credentials.token },
    baseUrl: client.baseUrl,
    readOnly: true,
  });
}
