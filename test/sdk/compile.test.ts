/** TypeScript programs compile with only the package installed, and none of its internals are published. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as newest from "typescript";
import { kinds } from "../../src/kinds";
import { documentedPrograms, furtherProgram, programsOfOtherPackages } from "./support/programs";
import { modulesIn, TypedPackage } from "./support/typedPackage";

jest.setTimeout(300_000);

const root = resolve(__dirname, "..", "..");
const programs = new Map([...documentedPrograms(), ["everything.ts", furtherProgram]]);

let typed: TypedPackage;
beforeAll(() => {
  typed = new TypedPackage();
  for (const [name, text] of programs) writeFileSync(join(typed.folder, name), text);
});
afterAll(() => typed.remove());

test("the declarations name Pulumi and each other, and nothing else", () => {
  const others = [...typed.declarations].flatMap(([path, text]) =>
    modulesIn(text)
      .filter((name) => !name.startsWith(".") && name !== "@pulumi/pulumi")
      // The examples in the classes' comments.
      .filter((name) => name !== "bitbucket-as-code")
      .map((name) => `${path}: ${name}`),
  );
  expect(others).toEqual([]);
  const naming = [...typed.declarations].filter(([, text]) => /zod/i.test(text)).map(([path]) => path);
  expect(naming).toEqual([]);
});

test("the package holds these declarations, and those of its other entry points, which name no zod either", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(packed) as [{ files: readonly { path: string }[] }];
  const published = files.map(({ path }) => path).filter((path) => path.endsWith(".d.ts"));
  expect(published).toEqual(expect.arrayContaining([...typed.declarations.keys()]));
  expect(published.filter((path) => !typed.declarations.has(path)).sort()).toEqual([
    "dist/policyPack/index.d.ts",
    "dist/provider/entry.d.ts",
    "emulator.d.ts",
  ]);
  expect(published.filter((path) => /zod/i.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});

test("what is exported is used by the programs", () => {
  const names = Object.keys(require(join(root, "dist")) as object);
  const texts = [...programs.values()].join("\n");
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(texts))).toEqual([]);
});

test("programs compile with the compiler that Pulumi bundles", () => {
  const compiler = join(
    root,
    "node_modules",
    "@pulumi",
    "pulumi",
    "vendor",
    "typescript@3.8.3",
    "typescript.js",
  );
  const bundled = require(compiler) as typeof newest;
  expect(bundled.version).toBe("3.8.3");
  const program = programWith(bundled, { target: bundled.ScriptTarget.ES2019, moduleResolution: 2 });
  // The declarations of Node.js and of gRPC, which Pulumi's own refer to, are too new for it: those files are
  // not ours.
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(typed.folder));
  expect(ours.length).toBeGreaterThan(programs.size + kinds.length);
  const diagnostics = ours.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  expect(diagnostics.map((one) => textOf(bundled, one))).toEqual([]);
});

test("programs compile with a new compiler, and every declaration that they lead to", () => {
  const program = programWith(newest, {
    target: newest.ScriptTarget.ES2022,
    module: newest.ModuleKind.Node16,
    moduleResolution: newest.ModuleResolutionKind.Node16,
    exactOptionalPropertyTypes: true,
    // It warns about `esModuleInterop: false`.
    ignoreDeprecations: "6.0",
  });
  expect(newest.getPreEmitDiagnostics(program).map((one) => textOf(newest, one))).toEqual([]);
});

test("programs compile with the newest compiler, TypeScript 7", () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "typescript-7", "bin", "tsc"),
      ...["--strict", "--noEmit", "--singleThreaded", "--exactOptionalPropertyTypes", "--types", ""],
      ...["--target", "es2022", "--module", "node16", "--moduleResolution", "node16"],
      ...programs.keys(),
    ],
    { cwd: typed.folder, encoding: "utf8" },
  );
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

test("programs of the policy packs and of the emulator compile with their packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "programs-"));
  try {
    const modules = join(folder, "node_modules");
    mkdirSync(modules);
    symlinkSync(root, join(modules, "bitbucket-as-code"));
    symlinkSync(join(root, "packages", "emulator"), join(modules, "bitbucket-as-code-emulator"));
    symlinkSync(join(root, "node_modules", "@pulumi"), join(modules, "@pulumi"));
    const others = programsOfOtherPackages();
    expect([...others.keys()]).toEqual([
      "packages-emulator-README-md-0.ts",
      "docs-how-to-emulator-md-0.ts",
      "docs-how-to-native-provider-md-0.ts",
      "docs-how-to-policies-md-1.js",
    ]);
    // Some wait for a promise at their top: a module of JavaScript can.
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const files = [...others].map(([name, text]) => {
      const file = join(folder, name.replace(/js$/, "cjs"));
      writeFileSync(file, text);
      return file;
    });
    const program = newest.createProgram(files, {
      ...{ strict: true, noEmit: true, allowJs: true, checkJs: true, skipLibCheck: true },
      ...{ target: newest.ScriptTarget.ES2022, module: newest.ModuleKind.Node16 },
      ...{ moduleResolution: newest.ModuleResolutionKind.Node16, types: ["node"] },
      typeRoots: [join(root, "node_modules", "@types")],
    });
    expect(newest.getPreEmitDiagnostics(program).map((one) => textOf(newest, one))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** One program of all files, strict, without options that would hide a mistake in a declaration. */
function programWith(compiler: typeof newest, options: newest.CompilerOptions): newest.Program {
  return compiler.createProgram(
    [...programs.keys()].map((name) => join(typed.folder, name)),
    {
      module: compiler.ModuleKind.CommonJS,
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      esModuleInterop: false,
      types: [],
      ...options,
    },
  );
}

function textOf(compiler: typeof newest, { file, start = 0, messageText }: newest.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName ?? "options"}:${line}: ${compiler.flattenDiagnosticMessageText(messageText, "\n")}`;
}
