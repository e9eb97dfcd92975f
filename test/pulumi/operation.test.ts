/** The detection of the engine that runs a program or a provider. */

import { type RunningProcess, wordsOf } from "../../src/process/look";
import { createTargetMatcher, findRunningEngine, type RunningOperation } from "../../src/pulumi";
import { parseOperation } from "../../src/pulumi/operation";
import { redactState } from "../../src/pulumi/redactState";

const whole = {
  isPartial: false,
  targets: [],
  withDependents: false,
  runsProgram: false,
  ignoresProtection: false,
};

test.each<[string, Partial<RunningOperation> | undefined]>([
  ["pulumi up", { name: "up" }],
  ["pulumi update --yes --skip-preview -s acme", { name: "up", stack: "acme" }],
  ["pulumi -C /home/me/project --color never -v 3 --logtostderr destroy -fy", { name: "destroy" }],
  [
    "pulumi --cwd=up --non-interactive down --stack=org/project/acme",
    { name: "destroy", stack: "org/project/acme" },
  ],
  ["pulumi pre", { name: "preview" }],
  ["pulumi refresh --run-program", { name: "refresh", runsProgram: true }],
  ["pulumi watch", { name: "up" }],
  ["pulumi up -t urn:a --target=urn:b", { name: "up", isPartial: true, targets: ["urn:a", "urn:b"] }],
  [
    "pulumi destroy -turn:a --target-dependents",
    { name: "destroy", isPartial: true, targets: ["urn:a"], withDependents: true },
  ],
  ["pulumi destroy --exclude-protected", { name: "destroy", isPartial: true }],
  ["pulumi destroy -x urn:a", { name: "destroy", isPartial: true }],
  ["pulumi destroy --ignore-protect", { name: "destroy", ignoresProtection: true }],
  ["pulumi up --replace urn:a --message destroy", { name: "up" }],
  ["pulumi stack export", undefined],
  ["pulumi", undefined],
])("%s", (line, expected) => {
  expect(parseOperation(line.split(" "), {})).toEqual(expected && { ...whole, ...expected });
});

test("flags count in the environment as well", () => {
  expect(
    parseOperation(["pulumi", "up"], { PULUMI_OPTION_TARGET: "urn:a", PULUMI_OPTION_STACK: "acme" }),
  ).toEqual({
    ...whole,
    name: "up",
    stack: "acme",
    isPartial: true,
  });
});

test("targets are URNs, or patterns of them", () => {
  const urn = "urn:pulumi:test::project::pulumi-nodejs:bitbucket:Repository::api";
  expect(createTargetMatcher([urn])(urn)).toBe(true);
  expect(createTargetMatcher(["**Repository::api"])(urn)).toBe(true);
  expect(createTargetMatcher(["urn:pulumi:test::project::*::api"])(urn)).toBe(false);
  expect(createTargetMatcher(["urn:pulumi:*::*::pulumi-nodejs:bitbucket:*::*"])(urn)).toBe(true);
  expect(createTargetMatcher(["**::ap.", "api"])(urn)).toBe(false);
});

function looking(...list: [string, Partial<RunningProcess>?][]) {
  const all = list.map(([line, more], index) => ({
    pid: index + 1,
    parent: index,
    command: line.split(" "),
    ...more,
  }));
  return { look: (pid: number) => all.find((one) => one.pid === pid), pid: all.length };
}

test("the engine is the nearest process above that runs an operation", async () => {
  const { look, pid } = looking(
    ["/sbin/init"],
    ["pulumi env run secrets -- bash"],
    ["bash"],
    ["pulumi up --yes", { file: "/opt/pulumi/bin/pulumi", folder: "/home/me/project" }],
    ["/bin/sh /opt/pulumi/bin/pulumi-resource-pulumi-nodejs 127.0.0.1:4"],
    ["node dynamic-provider 127.0.0.1:4"],
  );
  expect(await findRunningEngine(look, pid)).toMatchObject({
    file: "/opt/pulumi/bin/pulumi",
    folder: "/home/me/project",
    operation: { name: "up" },
  });
});

test.each([
  ["one that was updated meanwhile", ["/opt/pulumi up", { file: "/opt/pulumi (deleted)" }], "/opt/pulumi"],
  ["one of Nix", ["/nix/bin/pulumi up", { file: "/nix/bin/.pulumi-wrapped" }], "/nix/bin/.pulumi-wrapped"],
  ["one of Windows", ["C:\\pulumi\\pulumi.exe up"], "C:\\pulumi\\pulumi.exe"],
] as const)("an engine is recognised: %s", async (_, engine, file) => {
  const { look, pid } = looking(["init"], [...engine] as [string, object?], ["node"]);
  expect((await findRunningEngine(look, pid))?.file).toBe(file);
});

test("without an engine there is none, whatever is called like it", async () => {
  const { look, pid } = looking(["init"], ["pulumi-language-nodejs up"], ["node pulumi up"], ["node"]);
  expect(await findRunningEngine(look, pid)).toBeUndefined();
});

test("a Windows command line comes apart at its quotes", () => {
  expect(wordsOf('"C:\\Program Files\\pulumi.exe" up --message "two words"')).toEqual([
    "C:\\Program Files\\pulumi.exe",
    "up",
    "--message",
    "two words",
  ]);
});

test("what an engine says is shown without secrets", () => {
  const env = { PULUMI_CONFIG_PASSPHRASE: "correct horse", BITBUCKET_TOKEN: "t0ken-value", HOME: "/home/me" };
  expect(redactState("no correct horse at https://me:pw@example.com/home/me with t0ken-value", env)).toBe(
    "no [secret] at https://example.com/home/me with [secret]",
  );
});
