/**
 * Words: a type name has one meaning in the whole project, functions are verbs, counts agree with their nouns, and what
 * users read is in the words of the field. CONTRIBUTING.md has the glossary.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { pages, proseIn } from "./reference/support";

const root = join(__dirname, "..");

/** Type names that may be declared more than once, and why. */
const shared: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["BranchingModel", "DeployKey", "Download", "Project", "Repository", "Tag"].map((name) => [
      name,
      "Bitbucket's own noun: what the emulator stores, and what users of the package write or get",
    ]),
  ),
  Monitor: "The SDK does not export the type of its monitor",
  Request: "The SDK does not export the type of a registration",
};

/** Participles and adjectives that were names of functions. */
const participles =
  /^(written|placed|rendered|agreed|covered|connected|listed|checked|parsed|failed|quoted|masked|shown|chosen|complete|same\w*|unprotected|smallest|spelledOut|plainly|fresh|absent|known|taken|reversed|guarded|resolved|unreadable|missing|busy|fitted|fitting|merged|grouped|counted|escaped|shortened|decoded|indented|dressed|applied|selected|nested|saved|broken|needed|watched|named|compiled|decrypted|injected|damaged|compressed|repeated|filtered|sorted|reviewed|updated|recorded|differing|saying|remembering|plain|undecided|undeclared|unmatched|settled|explaining|declared|defined|forbidden|refused|pushed|changed|made|wrapped|fenced|edited|named|quoted|matching|printable|nullable|repeatable|remaining|continuous|invalid)$/;

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
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const types = source.statements.flatMap((node) =>
    isType(node) || ts.isClassDeclaration(node) ? [node.name?.text ?? ""] : [],
  );
  const functions: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node))
      functions.push(node.name?.getText().replace(/^#/, "") ?? "");
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
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

test("no function or method is named by a participle or an adjective", () => {
  const all = declarations.flatMap(({ functions }) => functions);
  expect(all.length).toBeGreaterThan(3000);
  expect(all.filter(({ name }) => participles.test(name))).toEqual([]);
});

test("counts in sentences are formatted: 1 file, and never 1 files", () => {
  const nouns =
    "resources|repositories|projects|workspaces|objects|files|secrets|requests|responses|findings|warnings|problems|shards|" +
    "parts|places|addresses|properties|values|days|users|members|approvals|characters|bytes|items|commits|steps|stacks";
  const plain = new RegExp(`\\$\\{(?!formatCount)([^{}]+)\\} (?:${nouns})\\b`, "g");
  // Limits, which are more than one.
  const isLimit = (line: string) => /at most|more than|must have/.test(line);
  const found = files
    .filter((file) => file.startsWith("src"))
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .flatMap((line) =>
          isLimit(line) ? [] : [...line.matchAll(plain)].map(([text]) => `${file}: ${text}`),
        ),
    );
  expect(found).toEqual([]);
});

/** What readers of the field would not say, with what they do say. CONTRIBUTING.md has the glossary. */
const phrases: Readonly<Record<string, RegExp>> = {
  "create, recreate": /\banew\b/i,
  "set, must": /\bshall\b/i,
  except: /\bbut for\b/i,
  "no may well": /\bmay well\b/i,
  typo: /\bslip of the pen\b/i,
  "import, adopt": /\binto management\b|\btak(?:e|es|en|ing) (?:over|on)\b|\btook (?:over|on)\b/i,
  "unmanaged resource": /\bstrangers?\b/i,
  "pending delete": /\bcondemned\b/i,
  "roll back": /\bthe way back\b/i,
  fix: /\bmend(?:s|ed|ing)?\b|\b(?:sees?|seen) to\b/i,
  "rate limit, request budget": /\bthe hour's\b/i,
  "no stands, no goes": /\bstands\b(?! for\b)|\bgo(?:es)?\b(?= without saying\b)|\bgoes\b/i,
  "live state, exists": /\bwhat is there\b|\bis there already\b|\bthere already is\b/i,
  "stdin is not a terminal": /\bnobody is (?:there|asked)\b/i,
  "error, problem": /\btroubles?\b/i,
  "sign, signature": /\bseal(?:s|ed)?\b/i,
  "required, optional": /\b(?:is|are) needed\b|\bneeds? not\b/i,
  delete: /\btak(?:e|es|en|ing) away\b/i,
  retry: /\bgets? over\b|\bcomes? to (?:its|their|an) end\b/i,
  "in sync": /\bas (?:it|they) should be\b/i,
  "all checks passed": /\b(?:is|are) in the way\b/i,
  "connectivity, from": /\bthe way to\b|\baway from app passwords\b/i,
  "so that … don't": /\bso that not\b/i,
  "if it is":
    /(?:^|[.:;] )(?:Is|Are|Was|Were|Does|Has|Have) (?:it|they|the|this|that|there)\b[^?.]*, (?:it|they|the|this) /,
};

/** Phrases that are meant, and why. */
const meant: readonly { readonly text: string; readonly why: string }[] = [
  {
    text: "bitbucket-as-code: not supplied, keep what is there",
    why: "States that exist contain it",
  },
];

/** The texts of a program: string literals of more than a word. */
function literalsIn(file: string): { readonly line: number; readonly text: string }[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: { line: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (/\s/.test(node.text))
        found.push({
          line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
          text: node.text,
        });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function forbiddenIn(text: string): string[] {
  if (meant.some((one) => text.includes(one.text))) return [];
  return Object.entries(phrases).flatMap(([better, pattern]) => {
    const [found] = pattern.exec(text) ?? [];
    return found === undefined ? [] : [`"${found}": ${better}`];
  });
}

test("the phrases are found, and in a text without them none", () => {
  for (const text of [
    "Is it the same, it is taken into management.",
    "Nobody is there to be asked.",
    "What a large workspace runs out of is the hour's limit.",
    "It is made anew: a secret in it may be any other.",
    "All are as they should be, but for what shall be ignored.",
  ])
    expect(forbiddenIn(text)).not.toEqual([]);
  expect(forbiddenIn("If it matches, it is adopted. `[secret]` stands for a value.")).toEqual([]);
});

// CONTRIBUTING.md lists what not to say.
test.each(pages.filter((page) => page !== "CONTRIBUTING.md"))("%s is in the words of the field", (page) => {
  const found = proseIn(page)
    .split("\n")
    .flatMap((text) => forbiddenIn(text).map((one) => `${one}, in: ${text}`));
  expect(found).toEqual([]);
});

test("messages, help and the drift page are in the words of the field", () => {
  const assets = readdirSync(join(root, "src", "drift", "page", "assets"))
    .filter((name) => name.endsWith(".js"))
    .map((name) => join("src", "drift", "page", "assets", name));
  const texts = [...files.filter((file) => file.startsWith("src")), ...assets].flatMap((file) =>
    literalsIn(file).map((one) => ({ ...one, file })),
  );
  expect(texts.length).toBeGreaterThan(4000);
  const found = texts.flatMap(({ file, line, text }) =>
    forbiddenIn(text).map((one) => `${file}:${line} ${one}`),
  );
  expect(found).toEqual([]);
});

/** What readers of the code would not say either, in comments. */
const commentPhrases = { ...phrases, "resource, object, problem": /\bthings?\b/i };

/** The comments of a file, as one line each. */
function commentsIn(file: string): { readonly line: number; readonly text: string }[] {
  const text = readFileSync(join(root, file), "utf8");
  const comments = /\/\*\*?([\s\S]*?)\*\/|(?<=^\s*|[;{,)] )\/\/ (.*(?:\n\s*\/\/ .*)*)$/gm;
  return [...text.matchAll(comments)].map(({ 1: block, 2: lines = "", index }) => ({
    line: text.slice(0, index).split("\n").length,
    text: (block ?? lines).replace(/\n\s*(?:\*|\/\/) ?/g, " ").replace(/`[^`]*`/g, "…"),
  }));
}

test("comments are in the words of the field", () => {
  const comments = files.flatMap((file) => commentsIn(file).map((one) => ({ ...one, file })));
  expect(comments.length).toBeGreaterThan(5000);
  const found = comments.flatMap(({ file, line, text }) =>
    Object.entries(commentPhrases).flatMap(([better, pattern]) => {
      const [phrase] = pattern.exec(text) ?? [];
      return phrase === undefined ? [] : [`${file}:${line} "${phrase}": ${better}`];
    }),
  );
  expect(found).toEqual([]);
});

test("what every front end says names the command of none of them", () => {
  const shared = /^src\/(kinds|model|plan|preview|provider|programEnd|native|live)\//;
  const found = files
    .filter((file) => shared.test(file))
    .flatMap((file) => literalsIn(file).map((one) => ({ ...one, file })))
    .filter(({ text }) => /\bpulumi (?:up|destroy)\b/.test(text));
  expect(found).toEqual([]);
});

test("each phrase that is meant is somewhere", () => {
  const all = files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
  expect(meant.filter(({ text }) => !all.includes(text))).toEqual([]);
});
