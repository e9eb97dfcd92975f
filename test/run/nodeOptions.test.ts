import { spawnSync } from "node:child_process";
import { nodeOptionsFor } from "../../src/run/nodeOptions";

/** Replaces objects over and over, and prints the megabytes that V8 has for new ones at most, both halves together. */
const program = `
const { getHeapSpaceStatistics } = require("node:v8");
const kept = [];
let most = 0;
for (let index = 0; index < 3e6; index += 1) {
  kept[index % 2e5] = { index };
  if (index % 1e5 === 0)
    most = Math.max(most, getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space").space_size);
}
console.log(most / 2 ** 20);
`;

function newSpace(own: string | undefined): number {
  const env = { PATH: process.env.PATH, NODE_OPTIONS: nodeOptionsFor(own) };
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { encoding: "utf8", env });
  expect(stderr).toBe("");
  return Number(stdout);
}

test("programs and providers get half of the space for new objects, and more where the user says so", () => {
  expect(newSpace(undefined)).toBe(16);
  expect(newSpace("--max-semi-space-size=32 --no-warnings")).toBe(64);
});
