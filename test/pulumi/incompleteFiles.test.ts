/** A killed engine may leave a file incomplete beside the state, which is whole: commands must not say that it is damaged. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Stacks } from "../../src/pulumi/stacks";

let root: string;
let states: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "it's a state-"));
  states = join(root, "states", ".pulumi", "stacks", "bitbucket");
  mkdirSync(states, { recursive: true });
  mkdirSync(join(root, "bin"));
  writeFileSync(
    join(root, "Pulumi.yaml"),
    "name: bitbucket\nruntime: yaml\nbackend: { url: file://./states }\n",
  );
  writeFileSync(join(states, "acme.json"), "{}");
  writeFileSync(join(states, "acme.json.bak.attrs"), '{"user.content_type":""}');
});

function stacksWith(said: string): Stacks {
  const engine = `#!/bin/sh\necho 'error: ${said}' >&2\nexit 1\n`;
  writeFileSync(join(root, "bin", "pulumi"), engine, { mode: 0o755 });
  const PATH = [join(root, "bin"), process.env.PATH].join(delimiter);
  return new Stacks(root, "acme", { PATH, PULUMI_BACKEND_URL: "" });
}

test.each([
  ["", "failed to load checkpoint: EOF"],
  ["", "EOF"],
  ['{"user.cache', "failed to load checkpoint: blob (code=Unknown): unexpected EOF"],
])("one that holds %j is named, whatever the engine asked for: %s", async (text, said) => {
  writeFileSync(join(states, "acme.json.attrs"), text);
  const stacks = stacksWith(said);
  for (const command of [() => stacks.listExisting(), () => stacks.deployment("")]) {
    const message = await command().then(String, ({ message }: Error) => message);
    expect(message).toMatch(
      /killed, .* has left a file incomplete .* the state is a file of its own, which must stay/s,
    );
    expect(message).toContain(`rm '${join(states, "acme.json.attrs").replace("'", "'\\''")}'`);
    expect(message).not.toMatch(/bak|is damaged/);
  }
});

test("so is a lock that a full disk has left empty, and a whole one is not", async () => {
  const locks = join(root, "states", ".pulumi", "locks", "organization", "bitbucket", "acme");
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "5e0d.json"), '{"pid":1}');
  writeFileSync(join(locks, "ec66.json.18ec.tmp"), "");
  const message = await stacksWith("unexpected end of JSON input")
    .deployment("")
    .then(String, ({ message }: Error) => message);
  expect(message).toMatch(/a full disk, has left a file incomplete .*a lock.* the state .* must stay/s);
  expect(message).toMatch(/rm '.*ec66\.json\.18ec\.tmp'/);
  expect(message).not.toMatch(/5e0d|is damaged/);
});

test("where these are whole, or cannot be read, the state itself is damaged", async () => {
  const unreadable = join(states, "acme.json.attrs");
  writeFileSync(unreadable, "{}");
  chmodSync(unreadable, 0);
  await expect(
    stacksWith("failed to load checkpoint: unexpected end of JSON input").deployment(""),
  ).rejects.toThrow(/The state of acme is damaged/);
});
