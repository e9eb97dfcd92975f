/**
 * The end of a program that uses the classes: resources in the state that the program did not declare would
 * be deleted from here on. Before the engine learns that the program has ended, the limits and the protection
 * are checked, in previews and in applies, without a line in the user's program.
 */
import * as pulumi from "@pulumi/pulumi";
import { environment } from "../environment";
import { errorText, UserError } from "../errors";
import { kinds } from "../kinds";
import type { Properties } from "../kinds/kind";
import { toTypeToken, typePrefix } from "../model/typeToken";
import { ProgramCheck } from "./check";

type Monitor = NonNullable<ReturnType<typeof pulumi.runtime.getMonitor>>;
type Request = Parameters<Monitor["registerResource"]>[0];

/**
 * The exit code that tells the language host that the program has already reported its failure.
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/index.ts
 */
export const exitCodeErrorReported = 32;

const mark = Symbol.for("bitbucket-as-code.programWatch");

/** One watch for each connection to an engine, whichever copy of this package has created it. */
function watchOf(monitor: Monitor): ProgramCheck | undefined {
  return (monitor as { [mark]?: ProgramCheck })[mark];
}

let isChecked = false;

/** The program compares everything by itself, before it registers anything. */
export function markSelfChecking(): void {
  isChecked = true;
}

/**
 * Watches what the program registers, from now on. Does nothing without an engine.
 *
 * A program that Pulumi's language host runs ends with its process; one in the Automation API reports its
 * end.
 */
export function watchProgram(): void {
  if (!isProgram() && !hasOwnStore()) return;
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor || watchOf(monitor)) return;
  const watch = new ProgramCheck(isProgram());
  Object.assign(monitor, { [mark]: watch });
  listenTo(monitor, watch);
  if (isProgram()) endWithProcess(watch);
  else endWithSignal(monitor, watch);
}

/** Whether the language host runs this process as a program. */
export function isProgram(): boolean {
  return /[\\/]pulumi[\\/]cmd[\\/]run([\\/]|$)/.test(process.argv[1] ?? "");
}

/** Whether this is called in a program of the Automation API. */
function hasOwnStore(): boolean {
  return !environment().PULUMI_NODEJS_MONITOR && pulumi.runtime.hasMonitor() && !isTest();
}

/** Tests of programs use mocks instead of the engine. */
function isTest(): boolean {
  return pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
}

/** The types of owners, and of kinds with a history: only these are checked for renames. */
const withHistory = new Set(kinds.flatMap((kind) => (kind.parentRole ? [toTypeToken(kind)] : [])));

function listenTo(monitor: Monitor, watch: ProgramCheck): void {
  const register = monitor.registerResource as (...rest: unknown[]) => unknown;
  Object.assign(monitor, {
    registerResource(request: Request, ...rest: unknown[]): unknown {
      if (request.getRemote()) watch.sawRemote = true;
      if (!request.getType().startsWith(typePrefix)) return register.call(monitor, request, ...rest);
      const isPreview = pulumi.runtime.isDryRun() && !isChecked;
      const inputs =
        isPreview || withHistory.has(request.getType())
          ? ((request.getObject()?.toJavaScript() ?? {}) as Properties)
          : {};
      const answered = rest.map((one) =>
        typeof one === "function"
          ? (
              error: unknown,
              response: { getUrn(): string; getId(): string } | undefined,
              ...more: unknown[]
            ) => {
              if (response && isPreview && response.getId() === "")
                watch.declared.push({
                  type: request.getType(),
                  urn: response.getUrn(),
                  parent: request.getParent(),
                  inputs,
                  dependencies: new Map(
                    [...request.getPropertydependenciesMap().entries()].map(([field, found]) => [
                      field,
                      found.getUrnsList(),
                    ]),
                  ),
                });
              if (response)
                watch.registered.push({
                  type: request.getType(),
                  urn: response.getUrn(),
                  id: response.getId(),
                  inputs,
                });
              return one(error, response, ...more);
            }
          : one,
      );
      return register.call(monitor, request, ...answered);
    },
  });
}

/** The SDK tells the engine of the end once nothing is left to do, and this comes before it. */
function endWithProcess(watch: ProgramCheck): void {
  process.once("beforeExit", (code) => {
    // What a failed program would have declared is unknown, and the engine deletes nothing.
    if (code !== 0 || isChecked || pulumi.log.hasErrors()) return;
    void judgeProgram(watch).then((problem) => {
      if (problem !== undefined) process.exit(exitCodeErrorReported);
    });
  });
}

function endWithSignal(monitor: Monitor, watch: ProgramCheck): void {
  const signal = monitor.signalAndWaitForShutdown as (...rest: unknown[]) => unknown;
  Object.assign(monitor, {
    signalAndWaitForShutdown(...given: unknown[]): unknown {
      const done = given.find((one): one is (error: unknown) => void => typeof one === "function");
      void judgeProgram(watch).then((problem) => {
        if (problem === undefined) signal.call(monitor, ...given);
        else done?.(new UserError(problem));
      });
      return undefined;
    },
  });
}

/** Reports warnings, and returns the reason why the run must not continue. */
async function judgeProgram(watch: ProgramCheck): Promise<string | undefined> {
  try {
    const warning = await watch.check();
    if (warning !== undefined) await pulumi.log.warn(warning);
    // Without a credential, or if nothing can be read, the preview continues without it.
    if (pulumi.runtime.isDryRun()) await watch.reportExisting().catch(() => undefined);
    return undefined;
  } catch (error) {
    const text = errorText(error);
    await pulumi.log.error(text);
    return text;
  }
}
