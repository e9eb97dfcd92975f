import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A room imports from itself and from the rooms before it in its house. A folder in a room can be one of its own. */
const houses = [
  `src/errors/hostFrames.ts src/errors/userError.ts src/errors/settingError.ts
   src/environment src/errors src/process
   src/bitbucket src/credentials src/git
   src/kinds src/model src/live src/audit/checks src/policy/language src/desired
   src/wire src/pulumi src/provider src/plan
   src/programEnd src/sdk src/native
   src/unmanaged src/policy src/policyPack src/preview src/run src/plan/file
   src/report src/notify src/drift src/import src/audit src/review src/repair src/migrate src/doctor src/publish src/scaffold src/listen
   src/program src/program.ts src/compile src/index.ts
   src/cli/shared src/cli/auth src/cli/api src/cli/git src/cli/init src/cli/audit src/cli/drift src/cli/plan src/cli/migrate src/cli/listen
   src/cli src/reference`,
  // The emulator shares nothing with the rest: otherwise a mistake could cancel itself out.
  "packages/emulator",
].map((rooms) => rooms.split(/\s+/));
const rooms = houses.flat().sort((one, other) => other.length - one.length);

const root = join(__dirname, "..");
const specifier = /\b(?:from|import|require|requireActual|mock)\s*\(?\s*["'`]([^"'`\n]+)["'`]/g;

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function filesIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.[cm]?tsx?$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .map((file) => join(folder, file));
}

/** The packages of this repository, by name: to import one is to import from its folder. */
const packages = new Map(
  ["", ...new Set(filesIn("packages").map((file) => file.split("/", 2).join("/")))].map((folder) => [
    (JSON.parse(read(join(folder, "package.json"))) as { name: string }).name,
    folder,
  ]),
);

/** The modules of `src` and `packages` that a file imports. */
function importsOf(file: string): string[] {
  return [...read(file).matchAll(specifier)].flatMap(([, name = ""]) => {
    if (name.startsWith(".")) return [join(file, "..", name)];
    const folder = packages.get(name) ?? packages.get(name.split("/").slice(0, -1).join("/"));
    return folder === undefined || file.startsWith(join(folder, "src/"))
      ? []
      : [join(folder, "src/index.ts")];
  });
}

function roomOf(file: string): string | undefined {
  return rooms.find((room) => `${file}/`.startsWith(`${room}/`) || `${file}.ts` === room);
}

function isDown(from: string | undefined, to: string | undefined): boolean {
  const house = houses.find((one) => from !== undefined && one.includes(from)) ?? [];
  return to !== undefined && house.includes(to) && house.indexOf(to) <= house.indexOf(from ?? "");
}

it("keeps every import to the room itself and those below it", () => {
  const arrows = ["src", "packages"].flatMap(filesIn).flatMap((file) =>
    importsOf(file)
      .filter((target) => /^(src|packages)\//.test(target) && !isDown(roomOf(file), roomOf(target)))
      .map((target) => `${file} → ${target}`),
  );
  expect(arrows).toEqual([]);
});

it("gives each file a room", () => {
  expect(["src", "packages"].flatMap(filesIn).filter((file) => roomOf(file) === undefined)).toEqual([]);
});

// Requests and responses are then checked against test/openapi.
it("starts the emulator in tests from test/support alone", () => {
  const starts = /import \{[^}]*\bstartEmulator\b[^}]*\} from "[^"]*packages\/emulator/;
  const found = ["test", "acceptance"].flatMap(filesIn).filter((file) => starts.test(read(file)));
  expect(found).toEqual(["test/support/emulator.ts", "acceptance/rehearsal.ts"]);
});

it("runs programs to their end in one place", () => {
  const starts = filesIn("src").filter((file) => /^import (?!type).*"node:child_process"/m.test(read(file)));
  // The others start programs that go on running.
  expect(starts.sort()).toEqual([
    "src/cli/init/emulator.ts",
    "src/cli/shared/child.ts",
    "src/process/run.ts",
    "src/pulumi/providerProcess.ts",
  ]);
});

it("exports no function, class or value that no other file mentions", () => {
  const mentions = new Map<string, number>();
  for (const file of ["src", "packages", "test", "scripts", "acceptance", "bench"].flatMap(filesIn))
    for (const word of new Set(read(file).match(/\w+/g))) mentions.set(word, (mentions.get(word) ?? 0) + 1);
  const exported = /^export (?:async |abstract )*(?:function\*?|const|class) (\w+)/gm;
  const unused = ["src", "packages"]
    .flatMap(filesIn)
    // The classes are generated: programs use what they export.
    .filter((file) => !file.startsWith("src/sdk/resources/"))
    .flatMap((file) =>
      [...read(file).matchAll(exported)].flatMap(([, name = ""]) =>
        (mentions.get(name) ?? 0) > 1 ? [] : [`${file}: ${name}`],
      ),
    );
  expect(unused).toEqual([]);
});
