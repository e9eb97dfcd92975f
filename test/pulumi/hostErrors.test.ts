/** Errors that a program throws by itself, as Pulumi's host gets them. */
import { EventEmitter } from "node:events";
import { inspect } from "node:util";
import { Script } from "node:vm";
import { shortenErrors } from "../../src/pulumi/hostErrors";

const node20 = 20;

/** Runs it as Pulumi's host runs a program: from a file directly in the scope's folder. */
function throwInHost(options?: ErrorOptions): Error {
  const text = "(Error, options) => new Error('no such team', options)";
  const host = new Script(text, { filename: "/project/node_modules/@pulumi/output.ts" });
  return (host.runInThisContext() as (type: ErrorConstructor, options?: ErrorOptions) => Error)(
    Error,
    options,
  );
}

test.each(["uncaughtException", "unhandledRejection"])("%s: the host formats it at once", (name) => {
  const events = new EventEmitter();
  const shown: string[] = [];
  events.on(name, (error: Error) => {
    expect(error.stack).not.toMatch(/@pulumi/);
    shown.push(inspect(error, { colors: true }));
  });
  shortenErrors(events, node20);
  const cause = throwInHost();
  expect(cause.stack).toMatch(/@pulumi\/output\.ts/);
  events.emit(name, throwInHost({ cause }));
  expect(cause.stack).not.toMatch(/@pulumi/);
  expect(shown.join()).toMatch(/Error: no such team[\s\S]*hostErrors\.test\.ts:\d+/);
});

test("whatever is thrown reaches the host as it is", () => {
  const events = new EventEmitter();
  const got: unknown[] = [];
  events.on("uncaughtException", (thrown) => got.push(thrown));
  shortenErrors(events, node20);
  const frozen = Object.freeze(throwInHost());
  const loop: { cause?: unknown } = {};
  loop.cause = loop;
  const all = [undefined, null, "text", frozen, loop];
  for (const one of all) events.emit("uncaughtException", one);
  expect(got).toEqual(all);
});

test.each([
  ["without the host's handlers, the exception ends the process as ever", node20, 0],
  ["a Node.js that formats it at once is left alone", 22, 1],
])("%s", (_name, major, listeners) => {
  const events = new EventEmitter();
  for (let count = 0; count < listeners; count += 1) events.on("uncaughtException", () => {});
  shortenErrors(events, major);
  expect(events.listenerCount("uncaughtException")).toBe(listeners);
});
