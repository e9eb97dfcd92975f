/** Who else holds an object: the states of a stack's other shards, in a backend that only the engine can read. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { repository } from "../../src/kinds";
import { type HolderLookup, openOtherShards } from "../../src/pulumi/otherShards";
import { writeRunContext } from "../../src/pulumi/runContext";

const held = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:acme.TWO::bitbucket::bitbucket-cloud:index:Repository::api",
        custom: true,
        id: "{7b1e1c1e-0000-4000-8000-000000000001}",
        type: "bitbucket-cloud:index:Repository",
        inputs: { workspace: "acme", name: "api" },
        outputs: { workspace: "acme", name: "api" },
      },
    ],
  },
});

let root: string;
const before = process.cwd();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "other-shards-"));
  mkdirSync(join(root, "stacks"));
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: bitbucket\nruntime: yaml\n");
  writeFileSync(join(root, "stacks", "acme.yaml"), "workspace: acme\nshards: project\n");
  process.chdir(root);
});
afterEach(() => process.chdir(before));

/** @param script What the engine does with `stack export --stack $name`. */
function lookupWith(script: string, more: Record<string, string> = {}): HolderLookup | undefined {
  const lines = [
    "#!/bin/sh",
    `echo "$*" >> ${root}/asked`,
    `[ "$2" = ls ] && { echo '${JSON.stringify(["acme", "org/acme.ONE", "org/acme.TWO", "other"].map((name) => ({ name })))}'; exit; }`,
    "name=$4",
    script,
  ];
  writeFileSync(join(root, "bin", "pulumi"), `${lines.join("\n")}\n`, { mode: 0o755 });
  const env = {
    PATH: [join(root, "bin"), process.env.PATH].join(delimiter),
    PULUMI_BACKEND_URL: "https://pulumi.example.com",
    ...more,
  };
  return openOtherShards(async () => ({ stack: "org/acme.ONE" }), env)?.findHolder;
}

const answer = `cat <<'END'\n${held}\nEND`;
const nothing = `echo '{"version":3,"deployment":{"resources":[]}}'`;

test("each export is begun before another one has ended, and names its organization", async () => {
  // Each waits for the other.
  const wait = `touch ${root}/$(basename $name)
for i in $(seq 500); do [ -f ${root}/acme ] && [ -f ${root}/acme.TWO ] && break; sleep 0.01; done
[ -f ${root}/acme ] && [ -f ${root}/acme.TWO ] || exit 1`;
  const find = lookupWith(`${wait}\nif [ "$name" = org/acme.TWO ]; then ${answer}\nelse ${nothing}; fi`);
  expect(await find?.(repository, { name: "api" })).toBe("org/acme.TWO");
  expect(await find?.(repository, { name: "web" })).toBeUndefined();
  // Once for all that is looked up.
  expect(readFileSync(join(root, "asked"), "utf8").match(/export/g)).toHaveLength(2);
});

test("a run of all shards has moved the states before, and reads none", () => {
  const run = { id: "1", keepsStates: true, isEstimated: true, places: {} };
  expect(lookupWith("exit 1", writeRunContext(root, { ...run, isWhole: true }))).toBeUndefined();
  expect(lookupWith("exit 1", writeRunContext(root, { ...run, isWhole: false }))).toBeDefined();
  expect(existsSync(join(root, "asked"))).toBe(false);
});

test("a state that cannot be read is not taken for empty", async () => {
  const find = lookupWith(
    `[ "$name" = acme ] && { ${nothing}; exit; }; echo 'error: access denied' >&2; exit 1`,
  );
  await expect(find?.(repository, { name: "api" })).rejects.toThrow(
    /state of org\/acme\.TWO, another shard, could not be read: access denied/,
  );
});

test("a file that another engine is just writing is read again", async () => {
  // The engine of an apply writes its state meanwhile: each state is met twice so.
  const busy = `n=$(cat ${root}/busy-$(basename $name) 2>/dev/null || echo 0); echo $((n + 1)) > ${root}/busy-$(basename $name)
[ $n -lt 2 ] && { echo 'error: failed to load checkpoint: EOF' >&2; exit 1; }`;
  const find = lookupWith(`${busy}\nif [ "$name" = org/acme.TWO ]; then ${answer}\nelse ${nothing}; fi`);
  expect(await find?.(repository, { name: "api" })).toBe("org/acme.TWO");
  expect(readFileSync(join(root, "asked"), "utf8").match(/export/g)).toHaveLength(6);
});
