import { refuseVerboseLog } from "../../src/provider/verbose";

const engine =
  (...args: string[]) =>
  () => [
    { pid: 3, parent: 2, command: ["/bin/pulumi-language-nodejs", "-v=9", "127.0.0.1:1"] },
    { pid: 2, parent: 1, command: ["/usr/bin/pulumi", ...args] },
  ];

test.each([
  [["up", "-v=9"], "-v=9"],
  [["-v", "9", "up"], "-v 9"],
  [["up", "-v3", "--yes"], "-v3"],
  [["up", "--verbose=9"], "--verbose=9"],
  [["up", "--verbose", "9"], "--verbose 9"],
])("a pipeline refuses an engine that was started with %j", (args, said) => {
  const start = () => refuseVerboseLog({ CI: "true" }, engine(...args));
  expect(start).toThrow(`The engine's verbose log is enabled (${said}), and this is a pipeline (CI is set)`);
  expect(() => refuseVerboseLog({ BITBUCKET_BUILD_NUMBER: "7" }, engine(...args))).toThrow(
    /BITBUCKET_BUILD_NUMBER is set/,
  );
  expect(() => refuseVerboseLog({}, engine(...args))).not.toThrow();
  expect(() => refuseVerboseLog({ CI: "false" }, engine(...args))).not.toThrow();
});

test("it goes on where the engine does not log so", () => {
  for (const args of [
    ["up", "--yes"],
    ["up", "-v=0"],
    ["up", "--", "-v=9"],
    ["config", "set", "v", "9"],
  ])
    expect(() => refuseVerboseLog({ CI: "true" }, engine(...args))).not.toThrow();
  expect(() => refuseVerboseLog({ CI: "true", PULUMI_OPTION_VERBOSE: "9" }, () => [])).toThrow(
    /PULUMI_OPTION_VERBOSE=9/,
  );
});
