/** The package's exports are an explicit list: no internals are among them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as library from "../../src";
import { kinds } from "../../src/kinds";
import { referenceFiles } from "../../src/reference/files";

const root = resolve(__dirname, "..", "..");
const files = referenceFiles();
const classes = kinds.map(({ name }) => name);

test("the values are the classes, the look-ups, the client, its errors and the mark of a kept secret", () => {
  const others = Object.keys(library).filter((name) => !classes.includes(name));
  expect(others.sort()).toEqual([
    "BitbucketClient",
    "BitbucketError",
    "ConflictError",
    "ConnectionError",
    "CredentialsError",
    "IncompleteError",
    "NotFoundError",
    "PermissionError",
    "RateLimitError",
    "TimeoutError",
    "getCurrentUser",
    "getCurrentUserOutput",
    "getDeploymentEnvironments",
    "getDeploymentEnvironmentsOutput",
    "getFile",
    "getFileOutput",
    "getHookEvents",
    "getHookEventsOutput",
    "getIpRanges",
    "getIpRangesOutput",
    "getOidcConfiguration",
    "getOidcConfigurationOutput",
    "getOidcKeys",
    "getOidcKeysOutput",
    "getProject",
    "getProjectOutput",
    "getRepository",
    "getRepositoryOutput",
    "getUser",
    "getUserOutput",
    "getWorkspace",
    "getWorkspaceMembers",
    "getWorkspaceMembersOutput",
    "getWorkspaceOutput",
    "keepSecret",
  ]);
});

test.each(classes)("%s leaves with every type that goes with it", (name) => {
  const text = readFileSync(join(root, "src", "index.ts"), "utf8");
  expect(Object.keys(library)).toContain(name);
  const list = files.get("src/sdk/resources/index.ts") ?? "";
  const [, types = ""] = list.match(new RegExp(`^export type \\{ (${name}Args, .*?) \\}`, "m")) ?? [];
  expect(types).toContain(`${name}State`);
  const missing = types.split(", ").filter((type) => !new RegExp(`^  ${type},$`, "m").test(text));
  expect(missing).toEqual([]);
});

test("nothing is exported as a whole", () => {
  expect(readFileSync(join(root, "src", "index.ts"), "utf8")).not.toMatch(/export \*/);
});

test("the folder of the classes holds what is generated, and nothing else", () => {
  const folder = join("src", "sdk", "resources");
  const generated = [...files.keys()].filter((path) => path.startsWith(`${folder}/`));
  expect(
    readdirSync(join(root, folder))
      .map((file) => `${folder}/${file}`)
      .sort(),
  ).toEqual(generated.sort());
});
