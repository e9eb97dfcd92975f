import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  fillSecrets,
  loadStack,
  resolveSecret,
  resolveSecrets,
  type SecretContext,
  SecretReference,
} from "../../src/desired";
import { keptValue } from "../../src/kinds/kept";
import { describeUnsupplied } from "../../src/plan/unsuppliedSecrets";
import { folderWith, load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const nothing: SecretContext = { env: {}, config: () => undefined };
const position = { file: "stacks/acme.yaml", line: 3, column: 5, path: "variables.X" };

function reference(source: SecretReference["source"], name: string, folder = "/"): SecretReference {
  return new SecretReference(source, name, position, folder);
}

/** A `pass` that knows one entry, and records how it was called. */
function withPass(): SecretContext["env"] {
  const folder = folderWith({
    pass: `#!/bin/sh
if [ "$*" = "show -- acme/token" ]; then printf 'first\\nsecond\\n'; else echo "Error: $3 is not in the password store." >&2; exit 1; fi
`,
  });
  chmodSync(join(folder, "pass"), 0o755);
  return { PATH: folder + delimiter + process.env.PATH };
}

test("a secret comes from the environment, the configuration, a file or pass", async () => {
  const folder = folderWith({ "token.txt": "from file\r\n" });
  const context: SecretContext = {
    env: { ...withPass(), TOKEN: "from-env-7c31d" },
    config: (key) => (key === "token" ? "from config" : undefined),
  };
  expect(await resolveSecret(reference("fromEnv", "TOKEN"), context)).toBe("from-env-7c31d");
  expect(await resolveSecret(reference("fromConfig", "token"), context)).toBe("from config");
  expect(await resolveSecret(reference("fromFile", "token.txt", folder), context)).toBe("from file");
  expect(await resolveSecret(reference("fromPass", "acme/token"), context)).toBe("first");
});

test("only the line break at the end of a file is cut", async () => {
  const folder = folderWith({ key: "\n one \n\n" });
  expect(await resolveSecret(reference("fromFile", "key", folder), nothing)).toBe("\n one \n");
});

test("what is missing is told with its place, and what to do", async () => {
  const at = "stacks/acme.yaml:3:5 variables.X:";
  const told = (secret: SecretReference, context = nothing) => problems(resolveSecret(secret, context));
  expect(await told(reference("fromEnv", "TOKEN"))).toEqual([
    `${at} the environment variable TOKEN is not set`,
  ]);
  expect(await told(reference("fromEnv", "constructor"))).toHaveLength(1);
  expect(await told(reference("fromEnv", "TOKEN"), { ...nothing, env: { TOKEN: "" } })).toEqual([
    `${at} fromEnv: TOKEN is empty`,
  ]);
  expect(await told(reference("fromConfig", "token"))).toEqual([
    `${at} the stack's configuration has no "token". Set it with: pulumi config set --secret token`,
  ]);
  expect(await told(reference("fromFile", "nowhere.txt"))).toEqual([
    `${at} the file nowhere.txt does not exist`,
  ]);
  expect(await told(reference("fromPass", "-c"), { ...nothing, env: withPass() })).toEqual([
    `${at} the entry "-c" of pass is not available: Error: -c is not in the password store.`,
  ]);
  expect(await told(reference("fromPass", "x"), { ...nothing, env: { PATH: "" } })).toEqual([
    `${at} the entry "x" of pass is not available: pass is not installed`,
  ]);
});

test("all secrets of a stack that are missing are told at once, each place once", async () => {
  const stack = await load(`workspace: acme
profiles:
  service: { variables: { A: { fromEnv: MISSING } } }
repositories:
  api: { profiles: [service], variables: { B: { fromConfig: missing } } }
  web: { profiles: [service] }
`);
  expect(await problems(resolveSecrets(stack, nothing))).toEqual([
    "stacks/acme.yaml:3:30 profiles.service.variables.A: the environment variable MISSING is not set",
    `stacks/acme.yaml:5:47 repositories.api.variables.B: the stack's configuration has no "missing". Set it with: pulumi config set --secret missing`,
  ]);
});

test("secrets take the places of their references, and nothing else changes", async () => {
  const folder = folderWith({
    "stacks/acme/a.yaml": "workspace: acme\ninclude: [sub/b.yaml]\n",
    "stacks/acme/sub/b.yaml": "variables: { X: { fromFile: x.txt }, Y: plain }\n",
    "stacks/acme/sub/x.txt": "secret",
  });
  const stack = await loadStack(join(folder, "stacks/acme"));
  const secrets = await resolveSecrets(stack, nothing);
  expect(stack.resources.map(({ args }) => fillSecrets(args, secrets))).toEqual([
    { key: "X", value: "secret", secured: true },
    { key: "Y", value: "plain" },
  ]);
});

test("a reference shown in a message tells where to look, not what is there", () => {
  expect(String(reference("fromEnv", "TOKEN"))).toBe("fromEnv: TOKEN");
});

test("a secret that may be missing stands for what the server has until it is supplied", async () => {
  const yaml = `
workspace: acme
variables:
  A: { fromEnv: A, ifMissing: keep }
  B: { fromConfig: b, ifMissing: keep }
  C: { fromPass: acme/none, ifMissing: keep }
  D: { fromFile: none.txt, ifMissing: keep }
  E: { fromEnv: E, ifMissing: keep }
`;
  const stack = await load(yaml);
  const env = { ...withPass(), E: "supplied" };
  const secrets = await resolveSecrets(stack, { ...nothing, env });
  expect(stack.resources.map(({ args }) => fillSecrets(args.value, secrets))).toEqual([
    keptValue,
    keptValue,
    keptValue,
    keptValue,
    "supplied",
  ]);
  expect(stack.resources.every(({ args }) => args.secured === true)).toBe(true);
  const isHeld = ({ name }: { name: string }) => name !== "D";
  const { kept, needed } = describeUnsupplied(stack.resources, secrets, isHeld, "acme");
  expect(kept?.split("\n")).toEqual([
    "3 secret values are not supplied yet, and unchanged: they are on the server:",
    "  - value of the pipeline variable A: the environment variable A",
    "  - value of the pipeline variable B: pulumi config set --secret b --stack acme",
    "  - value of the pipeline variable C: pass insert acme/none",
  ]);
  expect(needed?.split("\n")).toEqual([
    "1 secret value is not supplied yet, and required for what is not in the state:",
    "  - value of the pipeline variable D: the file none.txt",
    expect.stringMatching(/^Supply them\..* import/),
  ]);
  // Other problems are still errors.
  expect(await problems(resolveSecrets(stack, { ...nothing, env: { PATH: "/nowhere" } }))).toEqual([
    expect.stringMatching(/pass is not installed/),
  ]);
});

test("what a missing secret means is said in one word, and only where the server keeps a secret", async () => {
  const variable = (text: string) => problems(load(`workspace: acme\nvariables:\n  A: ${text}\n`));
  expect(await variable("{ fromEnv: A, ifMissing: ignore }")).toEqual([
    expect.stringMatching(/variables\.A\.ifMissing: must be "keep"/),
  ]);
  expect(
    await problems(load("workspace: acme\nprojects:\n  P: { name: { fromEnv: A, ifMissing: keep } }\n")),
  ).toEqual([expect.stringMatching(/only valid for secret values/)]);
});
