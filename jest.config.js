/** Two projects: `unit` needs nothing but Node; `e2e` runs a real engine, which its set-up gets. */
// What is printed is compared as text; with CI set, colours would be in it.
process.env.NO_COLOR = "1";
// What tests leave here is searched for secrets at the end (test/hunt). The path is short: GnuPG's sockets in it
// have little room for theirs.
process.env.TMPDIR = `/tmp/bac-${process.pid}/temporary`;

const common = {
  testEnvironment: "<rootDir>/test/hunt/environment.ts",
  globalTeardown: "<rootDir>/test/hunt/end.ts",
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  setupFilesAfterEnv: ["<rootDir>/test/support/afterEach.ts"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
};

/** @type {import("jest").Config} */
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      globalSetup: "<rootDir>/test/hunt/begin.ts",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: [
        "/node_modules/",
        "<rootDir>/test/e2e/",
        "<rootDir>/test/machines/",
        "<rootDir>/test/convert/",
        "<rootDir>/test/newKind/filled/",
      ],
    },
    {
      ...common,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      globalSetup: "<rootDir>/test/e2e/support/setup.ts",
      setupFiles: ["<rootDir>/test/e2e/support/path.ts"],
    },
  ],
  // One more than cores that may be assumed: tests wait for programs, delays and each other.
  maxWorkers: 3,
  testSequencer: "<rootDir>/test/support/sequencer.cjs",
  // For a machine that does something else beside.
  testTimeout: 30_000,
};
