/** The package's dependencies: few, each with a reason, and all supported by the oldest supported Node. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { minVersion, satisfies } from "semver";
import { z } from "zod";

const root = join(__dirname, "..", "..");
const text = (path: string) => readFileSync(join(root, path), "utf8");
const names = z.record(z.string(), z.string());
const manifestOf = (path: string) =>
  z
    .object({
      version: z.string(),
      dependencies: names.default({}),
      devDependencies: names.default({}),
      optionalDependencies: names.default({}),
      engines: z.object({ node: z.string() }),
    })
    .parse(JSON.parse(text(path)));
const manifest = manifestOf("package.json");
const emulator = manifestOf("packages/emulator/package.json");
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        dev: z.boolean().optional(),
        integrity: z.string().optional(),
        link: z.boolean().default(false),
        engines: z.unknown().optional(),
      }),
    ),
  })
  .parse(JSON.parse(text("package-lock.json")));
// Packages that are missing in node_modules, or a link there, are this project's own.
const installed = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.startsWith("node_modules/") && !link,
);

function listed(heading: string): string[] {
  const section =
    text("docs/contributing/dependencies.md").split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/^\| (`.*?) \| \S.*\|$/gm)]
    .flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name))
    .sort();
}

test("docs/contributing/dependencies.md names every dependency with its reason, and no other", () => {
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  expect(listed("At run time")).toEqual(Object.keys({ ...dependencies, ...optionalDependencies }).sort());
  expect(listed("Of the emulator")).toEqual(Object.keys(emulator.dependencies).sort());
  expect(listed("For development")).toEqual(Object.keys(devDependencies).sort());
  const site = z.object({ devDependencies: names }).parse(JSON.parse(text("site/package.json")));
  expect(listed("Of the site")).toEqual(Object.keys(site.devDependencies).sort());
});

test("the emulator's package has the version and the oldest Node of the one that names it in its messages", () => {
  expect([emulator.version, emulator.engines]).toEqual([manifest.version, manifest.engines]);
});

test("what npm create runs has the version and the oldest Node of what it creates a project for", () => {
  const create = manifestOf("packages/create-bitbucket-as-code/package.json");
  expect([create.version, create.engines, create.dependencies]).toEqual([
    manifest.version,
    manifest.engines,
    {},
  ]);
});

test("the server's packages are not installed with bitbucket-as-code", () => {
  expect(Object.keys(manifest.dependencies).filter((name) => name in emulator.dependencies)).toEqual(["zod"]);
});

test("everything that is installed with the package runs on the oldest supported Node", () => {
  const oldest = minVersion(manifest.engines.node)?.version ?? "";
  const tooNew = installed
    .filter(([, { dev }]) => !dev)
    .flatMap(([path, { engines }]) => {
      const range = z.object({ node: z.string() }).safeParse(engines);
      return range.success && !satisfies(oldest, range.data.node) ? [`${path}: ${range.data.node}`] : [];
    });
  expect(tooNew).toEqual([]);
});

test("the lock file says of each package exactly what it is", () => {
  expect(installed.length).toBeGreaterThan(100);
  const open = installed.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
  expect(open.map(([path]) => path)).toEqual([]);
});

/** The versions of what a Go module is built from. */
function goVersions(module: string): ReadonlyMap<string, string> {
  const required = text(`engine/${module}/go.mod`).matchAll(/^\t(\S+) (v\S+)/gm);
  return new Map([...required].map(([, path = "", version = ""]) => [path, version]));
}

test.each([
  ["go-sdk", "pulumi"],
  ["sdk-generator", "pulumi"],
  ["dotnet-generator", "yaml-host"],
])("engine/%s has the versions of engine/%s: what both are made of is compiled once", (module, built) => {
  const versions = goVersions(built);
  const shared = [...goVersions(module)].filter(([path]) => versions.has(path));
  expect(shared.length).toBeGreaterThan(50);
  expect(shared.filter(([path, version]) => versions.get(path) !== version)).toEqual([]);
});
