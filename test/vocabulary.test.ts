/** Names: a type name has one meaning in the whole project, and functions are verbs. CONTRIBUTING.md has the glossary. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(__dirname, "..");

/** Type names that may be declared more than once, and why. */
const shared: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["BranchingModel", "DeployKey", "Download", "Project", "Repository", "Tag", "User"].map((name) => [
      name,
      "Bitbucket's own noun: what the emulator stores, and what users of the package write or get",
    ]),
  ),
  Env: "The variables of an environment, wherever they are passed in",
  Monitor: "The SDK does not export the type of its monitor",
  Request: "The SDK does not export the type of a registration",
};

/** Participles and adjectives that were names of functions. */
const participles =
  /^(written|placed|rendered|agreed|covered|connected|listed|checked|parsed|failed|quoted|masked|shown|chosen|complete|same|smallest|spelledOut|plainly|fresh|absent|known|taken|reversed|guarded|resolved|unreadable|missing|busy|fitted|fitting|merged|grouped|counted|escaped|shortened|decoded|indented|dressed|applied|selected|nested|saved|broken|needed|watched|named|compiled|decrypted|injected|damaged|compressed|repeated|filtered|sorted|reviewed|updated|recorded|differing|saying|remembering)$/;

interface Declared {
  readonly file: string;
  readonly name: string;
}

const files = ["src", "packages"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter(
      (file) => /(?<!\.d)\.[cm]?ts$/.test(file) && !/(^|\/)(node_modules|dist|sdk\/generated)\//.test(file),
    ),
);

function isType(node: ts.Statement): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

/** The top-level declarations of a file. A class and the interface of the same name are one. */
function declarationsIn(file: string): {
  readonly types: readonly Declared[];
  readonly functions: readonly Declared[];
} {
  const text = readFileSync(join(root, file), "utf8");
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const types = statements.flatMap((node) =>
    isType(node) || ts.isClassDeclaration(node) ? [node.name?.text ?? ""] : [],
  );
  const functions = statements.flatMap((node) =>
    ts.isFunctionDeclaration(node) && ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export
      ? [node.name?.text ?? ""]
      : [],
  );
  const at = (name: string): Declared => ({ file, name });
  return { types: [...new Set(types)].map(at), functions: functions.map(at) };
}

const declarations = files.map(declarationsIn);
const types = declarations.flatMap((one) => one.types);

test("a type name has one meaning", () => {
  const byName = new Map<string, Declared[]>();
  for (const one of types) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const several = [...byName].filter(([name, all]) => all.length > 1 && shared[name] === undefined);
  expect(several.map(([name, all]) => `${name}: ${all.map(({ file }) => file).join(", ")}`)).toEqual([]);
});

test("each exception is one", () => {
  const counts = Object.keys(shared).map((name) => [name, types.filter((one) => one.name === name).length]);
  expect(counts.filter(([, count]) => Number(count) < 2)).toEqual([]);
});

test("no exported function is named by a participle or an adjective", () => {
  const exported = declarations.flatMap(({ functions }) => functions);
  expect(exported.length).toBeGreaterThan(500);
  expect(exported.filter(({ name }) => participles.test(name))).toEqual([]);
});
