/** Checks that CONTRIBUTING.md is right about the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..");
const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");

const section = text.match(/^## A walk through one value$([\s\S]*?)^## /m)?.[1] ?? "";
const steps = [...section.matchAll(/^\| `([\w.#]+)` \| `([\w./-]+)` \|/gm)].map(
  ([, name = "", file = ""]) => [name, file] as const,
);

/** The top-level declarations of a file, and the methods of its classes as `Class.method`. */
function namesIn(file: string): string[] {
  const { statements } = ts.createSourceFile(
    file,
    readFileSync(join(root, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  return statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return [statement.name?.text ?? ""];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    if (!ts.isClassDeclaration(statement)) return [];
    const own = statement.name?.text ?? "";
    return [own, ...statement.members.map(({ name }) => `${own}.${name?.getText()}`)];
  });
}

test("the walk through one value goes from YAML to the state", () => {
  expect(steps.length).toBeGreaterThan(15);
  expect(steps[0]?.[1]).toMatch(/^src\/desired\//);
  // Each row of the table is a step.
  expect(section.match(/^\| `/gm)).toHaveLength(steps.length);
});

test.each(steps)("%s is in %s", (name, file) => {
  expect(namesIn(file)).toContain(name);
});

test("the layout has a row for each room", () => {
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `src/${name}`);
  expect(rooms.filter((room) => !new RegExp(`^\\|.*\`${room}[\`/].*\\|`, "m").test(text))).toEqual([]);
});

test("each folder and file that it names is there", () => {
  const named = [...text.matchAll(/`((?:src|test|packages|data|acceptance|docs)\/[\w./-]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => ![path, `${path}.ts`].some((one) => existsSync(join(root, one))))).toEqual(
    [],
  );
});
