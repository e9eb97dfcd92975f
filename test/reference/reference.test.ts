import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatDiagnostic } from "../../src/desired";
import { kinds } from "../../src/kinds";
import { referenceFiles } from "../../src/reference/files";
import { argsOf, load, namesOf, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

const root = resolve(__dirname, "../..");
const files = referenceFiles();

test.each([...files])("%s is what the kinds say (else: npm run docs)", (path, text) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(text);
});

test("there is no page of a kind that is gone", () => {
  const pages = readdirSync(join(root, "docs/reference/resources")).map(
    (name) => `docs/reference/resources/${name}`,
  );
  expect(pages.filter((page) => !files.has(page))).toEqual([]);
});

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "the page of %s names every field, output and scope",
  (name, kind) => {
    const page = files.get(`docs/reference/resources/${name}.md`) ?? "";
    for (const field of [...Object.keys(kind.args.shape), ...Object.keys(kind.outputs.shape)]) {
      expect(page).toContain(`| \`${field}\` |`);
    }
    expect(page).toContain(kind.yaml.example);
    expect(page).toMatch(/^\| read \| `/m);
    expect(page).toMatch(/^\| create \| `/m);
  },
);

describe("the guide to YAML", () => {
  const guide = readFileSync(join(root, "docs/reference/yaml.md"), "utf8");
  const examples = [...guide.matchAll(/```yaml\n(.*?)```/gs)]
    .map(([, text = ""]) => text)
    .filter((text) => text.includes("workspace:"));

  test.each(examples.map((text, index) => [index + 1, text] as const))(
    "example %d loads",
    async (_, text) => {
      // Included files are left to the reader.
      const stack = await load(text.replace(/^include:.*$/m, ""));
      expect(
        stack.warnings.map(formatDiagnostic).filter((line) => !line.includes("rule matches no")),
      ).toEqual([]);
    },
  );

  test("says truly what comes out of its example of layers", async () => {
    const text = examples.find((example) => example.includes("svc-billing")) ?? "";
    const stack = await load(text);
    const billing = argsOf(stack, "Repository", "svc-billing") ?? {};
    for (const [field, value] of Object.entries({ ...billing, name: undefined })) {
      if (value !== undefined) expect(guide).toContain(`| \`${field}\` | \`${String(value)}\` |`);
    }
    expect(namesOf(stack, "Webhook")).toEqual(["svc-billing:ci"]);
    expect(argsOf(stack, "PipelineVariable", "svc-billing:LOG_LEVEL")).toMatchObject({ value: "debug" });
  });
});
