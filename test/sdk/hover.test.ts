/** An editor's help for people who write a program: read from TypeScript's language service. */
import { join } from "node:path";
import * as ts from "typescript";
import { kinds } from "../../src/kinds";
import { locationFields } from "../../src/model/location";
import { TypedPackage } from "./support/typedPackage";

jest.setTimeout(300_000);

/** Properties of each class, as arguments: the values do not matter for hovering. */
const everything = kinds
  .map(({ name, args }) => {
    const fields = Object.keys(args.shape).map((field) => `  ${field}: undefined as never,`);
    return [`export const a${name} = new ${name}("x", {`, ...fields, "});"].join("\n");
  })
  .join("\n");

const program = `
import { ${kinds.map(({ name }) => name).join(", ")}, getRepository, PipelineScheduleSelectorArgs } from "bitbucket-as-code";
new Webhook("x", { url: "https://ci.example.com", events: ["repo:push"], skipCertVerification: true });
new Webhook("y", { url: "https://ci.example.com", events: ["repo:push"], skipCertVerificaton: true });
new Webhook("z", { url: "https://ci.example.com", events: ["repo:psh"] });
new Webhook("missing", { url: "https://ci.example.com" });
getRepository({ repository: "api" });
${everything}
`;

/** The file of a class, without its extension. */
function fileOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

class Editor {
  readonly typed = new TypedPackage();
  readonly file = join(this.typed.folder, "program.ts");
  readonly service: ts.LanguageService;

  constructor(readonly text: string) {
    this.service = ts.createLanguageService({
      getCompilationSettings: () => ({
        strict: true,
        module: ts.ModuleKind.Node16,
        moduleResolution: ts.ModuleResolutionKind.Node16,
        target: ts.ScriptTarget.ES2022,
        types: [],
      }),
      getScriptFileNames: () => [this.file],
      getScriptVersion: () => "1",
      getScriptSnapshot: (name) => {
        const found = name === this.file ? text : ts.sys.readFile(name);
        return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
      },
      getCurrentDirectory: () => this.typed.folder,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (name) => name === this.file || ts.sys.fileExists(name),
      readFile: (name) => ts.sys.readFile(name),
      directoryExists: (name) => ts.sys.directoryExists(name),
    });
  }

  /** The position of the first `part` after `mark`. */
  at(mark: string, part = mark): number {
    const start = this.text.indexOf(part, this.text.indexOf(mark));
    if (start < 0) throw new Error(`${mark} … ${part} is not there`);
    return start;
  }

  hover(position: number): { readonly type: string; readonly text: string } {
    const info = this.service.getQuickInfoAtPosition(this.file, position);
    return {
      type: ts.displayPartsToString(info?.displayParts),
      text: ts.displayPartsToString(info?.documentation),
    };
  }

  /** The problem at a position. */
  problemAt(position: number): string {
    const found = this.service
      .getSemanticDiagnostics(this.file)
      .find(({ start = 0, length = 0 }) => start <= position && position < start + length);
    return ts.flattenDiagnosticMessageText(found?.messageText, "\n");
  }
}

let editor: Editor;
beforeAll(() => {
  editor = new Editor(program);
});
afterAll(() => editor.typed.remove());

test("hovering over an argument shows what it is, and its default", () => {
  const { type, text } = editor.hover(editor.at("skipCertVerification"));
  expect(type).toBe("(property) WebhookArgs.skipCertVerification?: Input<boolean | undefined>");
  expect(text).toBe("Whether to send to servers with an invalid certificate.\n\nDefault: `false`.");
});

test("hovering over a class shows what it is, an example and Bitbucket's own page", () => {
  const position = editor.at('Webhook("x"');
  const info = editor.service.getQuickInfoAtPosition(editor.file, position);
  expect(ts.displayPartsToString(info?.displayParts)).toContain("args: WebhookArgs");
  expect(ts.displayPartsToString(info?.displayParts)).not.toMatch(/zod|ArgsOf|Kind</i);
});

test("typing a call shows the arguments by their type", () => {
  const position = editor.at('Webhook("x"', "(") + 1;
  const [signature] = editor.service.getSignatureHelpItems(editor.file, position, undefined)?.items ?? [];
  const parameters = signature?.parameters.map(({ displayParts }) => ts.displayPartsToString(displayParts));
  expect(parameters).toEqual(["name: string", "args: WebhookArgs", "opts?: CustomResourceOptions"]);
  expect(ts.displayPartsToString(signature?.documentation)).toContain("Declares a webhook");
});

test("completing offers the arguments that are left, the needed ones without a question mark", () => {
  const position = editor.at('new Webhook("x", {', " url");
  const entries = editor.service.getCompletionsAtPosition(editor.file, position, undefined)?.entries ?? [];
  const names = entries.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["active", "description", "repository", "secret", "workspace"]),
  );
  expect(names).not.toContain("project");
});

test("a look-up shows its arguments and what it gives", () => {
  expect(editor.hover(editor.at("getRepository({"))).toEqual({
    type: "(alias) getRepository(args: GetRepositoryArgs): Promise<GetRepositoryResult>\nimport getRepository",
    text: "Looks up a repository.",
  });
});

test("every type that a program can name, and each of its members, says what it is", () => {
  const source = editor.service.getProgram()?.getSourceFile(editor.file);
  const checker = editor.service.getProgram()?.getTypeChecker();
  const [imported] = source?.statements.filter(ts.isImportDeclaration) ?? [];
  const module = imported && checker?.getSymbolAtLocation(imported.moduleSpecifier);
  if (!checker || !module) throw new Error("The program imports nothing.");
  const silent = checker.getExportsOfModule(module).flatMap((one) => {
    const symbol = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
    const members = [...(symbol.members?.values() ?? [])].filter(
      ({ flags, name }) => flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Method) && !name.startsWith("#"),
    );
    return [symbol, ...members]
      .filter((part) => ts.displayPartsToString(part.getDocumentationComment(checker)) === "")
      .map((part) => (part === symbol ? one.name : `${one.name}.${part.name}`));
  });
  expect(silent).toEqual([]);
});

test("the default workspace can be left out of every class that has one", () => {
  const demanded = kinds.filter(({ name }) =>
    /^ {2}workspace: /m.test(editor.typed.declarations.get(`dist/sdk/resources/${fileOf(name)}.d.ts`) ?? ""),
  );
  expect(demanded.map(({ name }) => name)).toEqual([]);
});

test("the type of a nested property is described by its name", () => {
  const { text } = editor.hover(editor.at("PipelineScheduleSelectorArgs"));
  expect(text).toBe("The argument `selector`.");
});

test("a misspelt argument is named, with the one that was meant", () => {
  const problem = editor.problemAt(editor.at("skipCertVerificaton"));
  expect(problem).toBe(
    "Object literal may only specify known properties, but 'skipCertVerificaton' does not exist in type 'WebhookArgs'. " +
      "Did you mean to write 'skipCertVerification'?",
  );
  const event = editor.problemAt(editor.at('"repo:psh"'));
  expect(event).toBe(
    `Type '"repo:psh"' is not assignable to type 'Input<WebhookEvent>'. Did you mean '"repo:push"'?`,
  );
  const missing = editor.problemAt(editor.at('"missing"', "{"));
  expect(missing).toContain("Property 'events' is missing");
  expect(`${problem}${event}${missing}`).not.toMatch(/zod/i);
});

describe.each(kinds.map((kind) => ({ name: kind.name, kind })))("$name", ({ name, kind }) => {
  test("every argument and property says what it is", () => {
    const start = editor.at(`a${name} = new`);
    const silent = Object.keys(kind.args.shape).filter((field) => {
      const position = editor.text.indexOf(`  ${field}: undefined`, start) + 2;
      const { type, text } = editor.hover(position);
      return !type.startsWith(`(property) ${name}Args.${field}`) || text === "";
    });
    expect(silent).toEqual([]);
  });

  test("every output says what it is", () => {
    const checker = editor.service.getProgram()?.getTypeChecker();
    const file = editor.service.getProgram()?.getSourceFile(editor.file);
    const symbol =
      file &&
      checker
        ?.getExportsOfModule(checker.getSymbolAtLocation(file) as ts.Symbol)
        .find((one) => one.name === `a${name}`);
    const type = symbol && checker?.getTypeOfSymbol(symbol);
    const properties = [
      ...Object.keys(kind.outputs.shape),
      ...Object.keys(kind.args.shape),
      ...locationFields(kind),
    ];
    const silent = properties.filter((property) => {
      const documentation = type?.getProperty(property)?.getDocumentationComment(checker);
      return ts.displayPartsToString(documentation) === "";
    });
    expect(silent).toEqual([]);
  });
});
