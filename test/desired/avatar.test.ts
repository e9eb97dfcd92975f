/** The path of an avatar is relative to its YAML file. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStack } from "../../src/desired";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "avatar-yaml-"));
  mkdirSync(join(root, "stacks", "images"), { recursive: true });
  mkdirSync(join(root, "stacks", "parts"));
  const image = readFileSync(join(__dirname, "..", "kinds", "samples", "avatars", "one.png"));
  writeFileSync(join(root, "stacks", "images", "logo.png"), image);
});
afterEach(() => rmSync(root, { recursive: true }));

function load(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, "stacks", name), text);
  return loadStack(join(root, "stacks", "acme.yaml"));
}

test("from each file, and kept relative to the project, with a digest", async () => {
  const { resources } = await load({
    "acme.yaml":
      "workspace: acme\ninclude: parts/*.yaml\nprojects:\n  PLAT: { name: Platform, avatar: ./images/logo.png }\n",
    "parts/more.yaml":
      "defaults:\n  repository: { avatar: ../images/logo.png }\nrepositories:\n  api: { project: PLAT }\n",
  });
  const kept = expect.stringMatching(/^stacks\/images\/logo\.png \(sha256:[0-9a-f]{64}\)$/);
  expect(resources.map(({ args }) => args.avatar)).toEqual([kept, kept]);
});

test("a file that is missing or no image is told with its place", async () => {
  const stack = load({
    "acme.yaml": [
      "workspace: acme",
      "projects:",
      "  PLAT:",
      "    name: Platform",
      "    avatar: ./none.png",
      "repositories:",
      "  api:",
      "    project: PLAT",
      "    avatar: acme.yaml",
      "",
    ].join("\n"),
  });
  await expect(stack).rejects.toMatchObject({
    diagnostics: [
      {
        file: "stacks/acme.yaml",
        line: 5,
        path: "projects.PLAT.avatar",
        message: expect.stringMatching(/^the file \.\/none\.png does not exist \(.*\)$/),
      },
      {
        file: "stacks/acme.yaml",
        line: 9,
        path: "repositories.api.avatar",
        message: expect.stringMatching(/^the file acme\.yaml is not a PNG, JPEG or GIF image/),
      },
    ],
  });
});
