/** `npm run test:convert`: Pulumi's Terraform converter, which cannot be built from a Go module. Not part of `npm test`. */
const { projects } = require("../../jest.config");

const e2e = projects.find(({ displayName }) => displayName === "e2e");

/** @type {import("jest").Config} */
module.exports = {
  ...e2e,
  displayName: "convert",
  rootDir: "../..",
  testMatch: ["<rootDir>/test/convert/**/*.test.ts"],
  maxWorkers: 1,
};
