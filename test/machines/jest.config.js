/** `npm run test:machines`: two machines on one state, in a Postgres and in an S3 server. Not part of `npm test`. */
const { projects } = require("../../jest.config");

const e2e = projects.find(({ displayName }) => displayName === "e2e");

/** @type {import("jest").Config} */
module.exports = {
  ...e2e,
  displayName: "machines",
  rootDir: "../..",
  testMatch: ["<rootDir>/test/machines/**/*.test.ts"],
  maxWorkers: 1,
};
