import { selectWithJq } from "../../src/cli/api/jq";

// As if npm was told to omit optional packages.
jest.mock("jq-web", () => {
  throw new Error("Cannot find module 'jq-web'");
});

test("--jq without the optional package jq-web says what to install", async () => {
  await expect(selectWithJq("{}", ".")).rejects.toThrow(
    "--jq: the optional package jq-web is not installed. Run: npm install jq-web",
  );
});
