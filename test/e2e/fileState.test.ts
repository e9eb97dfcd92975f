/** States in files are read as the engine exports them, or are left to the engine. */
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { runProgram } from "../../src/process/run";
import { findFileBackend, listFileStacks, readFileState } from "../../src/pulumi/fileBackend";
import { Stacks } from "../../src/pulumi/stacks";
import { copyTemplate, engineEnv } from "./support/stack";

jest.setTimeout(240_000);

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bitbucket-as-code-test-"));
  copyTemplate(folder, "passphrase");
  env = engineEnv(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function pulumi(args: readonly string[], input?: string, extra: Record<string, string> = {}) {
  const options = { cwd: folder, env: { ...env, ...extra }, ...(input === undefined ? {} : { input }) };
  const { exitCode, stdout, stderr } = await runProgram("pulumi", [...args, "--non-interactive"], options);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

const exported = async (stack: string): Promise<unknown> =>
  JSON.parse(await pulumi(["stack", "export", "--stack", stack]));

function backend(root = folder, extra: Record<string, string> = {}) {
  const found = findFileBackend(root, { ...env, ...extra });
  if (!found) throw new Error("the backend is not found");
  return found;
}

const file = (stack: string, end = ".json") => join(folder, "state/.pulumi/stacks/bitbucket", stack + end);

const resource = fc.record(
  {
    custom: fc.constant(false),
    type: fc.constantFrom("my:index:Component", "pulumi-nodejs:bitbucket:Webhook"),
    outputs: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
    protect: fc.boolean(),
    retainOnDelete: fc.boolean(),
  },
  { requiredKeys: ["custom", "type"] },
);

/** A state with these resources, whose secrets are encrypted as those of the stack `test`. */
async function stateOf(resources: readonly object[]): Promise<string> {
  const empty = (await exported("test")) as { deployment: object };
  return JSON.stringify({
    ...empty,
    deployment: {
      ...empty.deployment,
      resources: resources.map((one, index) => ({
        urn: `urn:pulumi:test::bitbucket::${(one as { type: string }).type}::${index}`,
        ...one,
      })),
    },
  });
}

test("random states are the same, plain and compressed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(resource, { maxLength: 6 }), fc.boolean(), async (resources, isCompressed) => {
      await pulumi(["stack", "import", "--stack", "test"], await stateOf(resources), {
        PULUMI_DIY_BACKEND_GZIP: String(isCompressed),
      });
      const read = await readFileState(backend(), "test");
      expect(read).toEqual(await exported("test"));
    }),
    { numRuns: 10 },
  );
});

test("a stack that was just made is the same, also by its whole name", async () => {
  await pulumi(["stack", "init", "fresh"]);
  const whole = await exported("fresh");
  for (const name of ["fresh", "organization/fresh", "organization/bitbucket/fresh"])
    expect(await readFileState(backend(), name)).toEqual(whole);
  const listed = JSON.parse(await pulumi(["stack", "ls", "--json"])) as { name: string }[];
  expect(await listFileStacks(backend())).toEqual(listed.map(({ name }) => name).sort());
});

test("a state below the user's home is found where the engine finds it", async () => {
  const { homedir } = userInfo();
  const url = `file://~/${relative(homedir, join(folder, "state"))}?metadata=skip`;
  const own = { PULUMI_BACKEND_URL: url, HOME: homedir };
  expect(await readFileState(backend(folder, own), "test")).toEqual(
    JSON.parse(await pulumi(["stack", "export", "--stack", "test"], undefined, own)),
  );
  expect(findFileBackend(folder, { ...env, ...own, HOME: folder })).toBeUndefined();
});

test("what is not known in every detail is left to the engine", async () => {
  await pulumi(["stack", "import", "--stack", "test"], await stateOf([]));
  rmSync(file("test", ".json.gz"), { force: true });
  const text = readFileSync(file("test"), "utf8");
  const read = () => readFileState(backend(), "test");
  expect(await read()).toBeDefined();
  const damaged: Record<string, string> = {
    "an empty file": "",
    "half a file": text.slice(0, text.length / 2),
    "another version": text.replace('"version":3', '"version":5'),
    "a feature": text.replace('"version":3', '"version":4,"features":["more"]'),
    "another stack": text.replace("organization/bitbucket/test", "organization/bitbucket/other"),
    "no state": text.replace('"latest"', '"earlier"'),
    "an unknown part": text.replace('"latest"', '"also":{},"latest"'),
  };
  for (const [what, content] of Object.entries(damaged)) {
    writeFileSync(file("test"), content);
    expect([what, await read()]).toEqual([what, undefined]);
  }
  writeFileSync(file("test"), text);
  for (const name of ["gone", "other/test", "organization/other/test", "../bitbucket/test", ""])
    expect([name, await readFileState(backend(), name)]).toEqual([name, undefined]);
  writeFileSync(file("test", ".json.gz"), gzipSync(text));
  expect(await read()).toBeUndefined();
  renameSync(file("test"), file("kept"));
  expect(await read()).toEqual(JSON.parse(await pulumi(["stack", "export", "--stack", "test"])));
  renameSync(file("kept"), file("test"));
  rmSync(file("test", ".json.gz"));
});

test("other backends and layouts are left to the engine", async () => {
  const find = (extra: Record<string, string>) => findFileBackend(folder, { ...env, ...extra });
  for (const url of [
    "s3://states",
    "https://api.pulumi.com",
    "file://./state",
    "file://~/state",
    `file://${folder}/state?prefix=a`,
    `file://${folder}/nothing`,
  ])
    expect([url, find({ PULUMI_BACKEND_URL: url })]).toEqual([url, undefined]);
  const layout = join(folder, "state/.pulumi/meta.yaml");
  copyFileSync(layout, `${layout}.kept`);
  for (const text of ["version: 2\n", "version: 0\n", "version", ""]) {
    writeFileSync(layout, text);
    expect([text, find({})]).toEqual([text, undefined]);
  }
  renameSync(`${layout}.kept`, layout);
  expect(find({})).toEqual(backend());
});

test("the backend is that of Pulumi.yaml, or of the last login", async () => {
  const other = join(folder, "other");
  await mkdir(other);
  const url = `file://${join(folder, "state")}`;
  writeFileSync(join(other, "Pulumi.yaml"), `name: bitbucket\nruntime: nodejs\nbackend: { url: "${url}" }\n`);
  expect(backend(other, { PULUMI_BACKEND_URL: "" })).toEqual(backend());
  const home = join(folder, "home");
  const login = { PULUMI_BACKEND_URL: "", PULUMI_HOME: home };
  expect(findFileBackend(folder, { ...env, ...login })).toBeUndefined();
  await pulumi(["login", url], undefined, login);
  expect(backend(folder, login)).toEqual(backend());
});

test("a backend whose folder is missing is named, with what to do", async () => {
  const missing = { ...env, PULUMI_BACKEND_URL: `file://${join(folder, "nowhere")}` };
  await expect(new Stacks(folder, "test", missing).listExisting()).rejects.toThrow(
    /^The folder of the state backend, file:.*nowhere, does not exist\. Create it, or correct the address/,
  );
});
