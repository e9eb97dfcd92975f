/** An error that the user can fix is shown by its message, and a bug of this package with its stack. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Secret } from "../../src/bitbucket";
import { errorText, UserError } from "../../src/errors";

const source = join(__dirname, "..", "..", "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);
const subclass = /class (\w+) extends (\w*Error)\b/g;
const bug = /\n {4}at .*show\.test\.ts.*\nThis is a bug in bitbucket-as-code \d+\.\d+\.\d+.*https:\/\//s;

test("no class but UserError extends Error, so that none is forgotten", () => {
  const found = files.flatMap((file) =>
    [...readFileSync(join(source, file), "utf8").matchAll(subclass)].flatMap(([, name, base]) =>
      base === "Error" ? [name] : [],
    ),
  );
  // Errors that are thrown and caught in one file, or shown by Pulumi's host, without a stack.
  expect(found.sort()).toEqual([
    "BugError",
    "CallFailure",
    "ImportRefusedError",
    "RequestLimitReached",
    "UserError",
  ]);
});

const classes = files
  .filter((file) => subclass.test(readFileSync(join(source, file), "utf8")))
  .flatMap((file) => Object.entries(require(join(source, file)) as Record<string, unknown>))
  .filter(([name, value]) => name.endsWith("Error") && typeof value === "function");

test.each(classes)("%s is shown by its message alone", (_, type) => {
  const { prototype } = type as { prototype: Error };
  const error = Object.assign(Object.create(prototype) as Error, { message: "It is locked.", stack: "at x" });
  expect(errorText(error)).toBe("It is locked.");
});

test("all that are exported were tried", () => {
  expect(classes.length).toBeGreaterThan(40);
});

test.each([
  ["a mistake in our code", () => (undefined as unknown as { name: string }).name],
  [
    "an error of ours without a class",
    () => {
      throw new Error("no such facet");
    },
  ],
])("%s is a bug: its stack, the version and where to report it", (_, work) => {
  expect(errorText(thrownBy(work))).toMatch(bug);
});

test("what is thrown and no error is a bug as well", () => {
  expect(errorText("why")).toMatch(/^why\nThis is a bug in bitbucket-as-code/);
});

test.each([
  ["a file that is not there", () => readFileSync("/nowhere/file")],
  ["a program that is not there", () => execFileSync("/nowhere/program", [], { stdio: "ignore" })],
  ["a value of another form", () => z.string().parse(1)],
])("%s is not: its message alone", (_, work) => {
  expect(errorText(thrownBy(work))).not.toMatch(/\n|This is a bug/);
});

test("the stack of a user's error is shown where it was asked for", () => {
  expect(errorText(new UserError("It is locked."), true)).toMatch(/^It is locked\.\n.*\n {4}at /);
});

test("neither the message nor the stack holds a credential", () => {
  const secret = new Secret("ATATT3xFfGF0-of-the-user");
  for (const error of [new UserError(secret.reveal()), new Error(secret.reveal())])
    expect(errorText(error, true)).not.toContain(secret.reveal());
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("the stack of what a user can fix is not looked at, unless it is shown: its positions take a second to find", () => {
  const looks = jest.fn(() => "at x");
  const error = Object.defineProperty(new UserError("It is locked."), "stack", { get: looks });
  expect(errorText(error)).toBe("It is locked.");
  expect(looks).not.toHaveBeenCalled();
  expect(errorText(error, true)).toBe("It is locked.\nat x");
});
