/** Everything about one kind is in its own file, and every such file has the same order. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { kinds } from "../../src/kinds";

const src = join(__dirname, "../../src");

/** Rooms that may name individual kinds, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  "import/fromTerraform/types.ts":
    "a table of another tool's resource types, each with the kind that it stands for",
  "audit/": "a check is about one kind, and says what is safe in it",
  "policy/objects.ts": "a repository without a declared branching model has one all the same",
  "sdk/": "the typed classes and functions have the kinds' names",
};

/** Kinds that own other objects: they form the structure of a workspace. */
const owners = new Set(["project", "repository", "deploymentEnvironment"]);

const files = (readdirSync(src, { recursive: true, encoding: "utf8" }) as string[])
  .filter((path) => path.endsWith(".ts"))
  .map((path) => relative(src, join(src, path)));

const others = files.filter(
  (path) => !path.startsWith("kinds/") && !Object.keys(exceptions).some((start) => path.startsWith(start)),
);

function parsed(path: string): ts.SourceFile {
  const text = readFileSync(join(src, path), "utf8");
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

function nodesOf(file: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node) => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return nodes;
}

/** Names of kinds that a file contains as texts or as keys of a table. */
function namesIn(file: ts.SourceFile): string[] {
  const names = new Set(kinds.map(({ name }) => name));
  return nodesOf(file).flatMap((node) => {
    const isKey = ts.isIdentifier(node) && ts.isPropertyAssignment(node.parent) && node.parent.name === node;
    return (ts.isStringLiteralLike(node) || isKey) && names.has(node.text) ? [node.text] : [];
  });
}

/** Kinds that a file imports by name from the list of kinds. */
function importedBy(file: ts.SourceFile): string[] {
  return file.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const from = (moduleSpecifier as ts.StringLiteral).text;
    const bindings = importClause?.namedBindings;
    if (!bindings || !/^(\.\.\/)+kinds$/.test(from)) return [];
    if (ts.isNamespaceImport(bindings)) return ["*"];
    return bindings.elements.map((one) => (one.propertyName ?? one.name).text);
  });
}

test("no other room names a kind", () => {
  expect(others.length).toBeGreaterThan(200);
  expect(others.flatMap((path) => namesIn(parsed(path)).map((name) => `${path}: ${name}`))).toEqual([]);
});

test("no other room imports a kind but those that others belong to", () => {
  const taken = others.flatMap((path) =>
    importedBy(parsed(path))
      .filter((name) => name !== "kinds" && !owners.has(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(taken).toEqual([]);
});

test("a name that stands elsewhere is found", () => {
  const text = 'const a = { Webhook: 1, other: kind.name === "Tag" }; // "Branch" is a comment';
  expect(namesIn(ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true))).toEqual([
    "Webhook",
    "Tag",
  ]);
});

/** The members of the interface, in its order. */
const order = nodesOf(parsed("kinds/kind.ts"))
  .filter((node) => ts.isInterfaceDeclaration(node) && node.name.text === "Kind")
  .flatMap((node) => (node as ts.InterfaceDeclaration).members.map((member) => member.name?.getText() ?? ""));

const declarations = files
  .filter((path) => path.startsWith("kinds/"))
  .flatMap((path) =>
    nodesOf(parsed(path))
      .filter((node) => ts.isCallExpression(node) && node.expression.getText() === "defineKind")
      .map((node) => [path, (node as ts.CallExpression).arguments[0] as ts.ObjectLiteralExpression] as const),
  );

test("every kind is declared by defineKind", () => {
  // The four permissions share one declaration.
  expect(declarations).toHaveLength(kinds.length - 3);
});

test.each(declarations)("%s has its members in the order of the interface", (_, declaration) => {
  const members = declaration.properties.flatMap(({ name }) => (name ? [name.getText()] : []));
  expect(members).toEqual(order.filter((name) => members.includes(name)));
});
