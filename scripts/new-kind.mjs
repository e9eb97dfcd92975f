/**
 * `npm run new-kind <Name>`: writes the files of a new kind of resource, and its lines in the lists. The
 * files do not work yet: tests fail by name until each of them is completed. Prints what is left to do.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { emulatorFile, emulatorTest, kindFile, openapiFile, sampleFile } from "./newKind/templates.mjs";
import { whatIsLeft } from "./newKind/whatIsLeft.mjs";
import { words } from "./newKind/words.mjs";

const usage = `Usage: npm run new-kind <Name> [-- --parent <parent> --path <path>]

  <Name>             in PascalCase and the singular: Snippet
  --parent <parent>  what it belongs to: workspace, project, repository (default) or environment
  --path <path>      of one object, as the API's document has it: "/snippets/{workspace}/{encoded_id}"
`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (path) => join(root, path);

try {
  const made = make();
  console.log(whatIsLeft(made));
} catch (error) {
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

function make() {
  const { values, positionals } = parseArgs({
    options: { parent: { type: "string", default: "repository" }, path: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.length !== 1) throw new Error("Give the name of the kind.");
  const kind = words(positionals[0], values.parent, values.path);
  const files = {
    [`src/kinds/${kind.camel}.ts`]: kindFile(kind),
    [`packages/emulator/src/${kind.plural}.ts`]: emulatorFile(kind),
    [`test/kinds/samples/${kind.camel}.ts`]: sampleFile(kind),
    [`test/openapi/${kind.plural}.ts`]: openapiFile(kind),
    [`test/emulator/${kind.plural}.test.ts`]: emulatorTest(kind),
  };
  const taken = Object.keys(files).find((path) => existsSync(at(path)));
  if (taken) throw new Error(`${taken} exists. Nothing was written.`);
  // Every list is read before anything is written: one in an unexpected format stops the command.
  const lists = Object.entries(linesInLists(kind)).map(([path, lines]) => [path, withLines(path, lines)]);
  for (const [path, text] of [...Object.entries(files), ...lists]) writeFileSync(at(path), text);
  return { ...kind, files: Object.keys(files), lists: lists.map(([path]) => path) };
}

function withLines(path, lines) {
  return lines.reduce(
    (text, [block, line, place]) => {
      const found = block.exec(text);
      if (!found) throw new Error(`${path} has another form: ${block} is not in it. Nothing was written.`);
      const before = text.slice(0, found.index) + found[1];
      const entries = found[2].split("\n").slice(0, -1);
      const next = place === "last" ? -1 : entries.findIndex((entry) => sortKey(entry) > sortKey(line));
      entries.splice(next < 0 ? entries.length : next, 0, line);
      return `${before}${entries.join("\n")}\n${text.slice(before.length + found[2].length)}`;
    },
    readFileSync(at(path), "utf8"),
  );
}

/** Lists are sorted by name, as the formatter does: imports by their file. */
function sortKey(line) {
  return (/from "(.*)"/.exec(line)?.[1] ?? line.trim()).toLowerCase();
}

/** By file: the block of lines (its opening and its lines), the new line, and whether it comes last. */
function linesInLists({ name, camel, plural }) {
  const imports = /^()((?:import .*\n)+)/m;
  const block = (opening) => new RegExp(`(${opening}\\n)((?:  .*\\n)+)`);
  const fromClasses = (opening) =>
    new RegExp(`(${opening}\\n)((?: {2}\\w+,\\n)+)(?=\\} from "\\./sdk/resources")`);
  return {
    "src/kinds/index.ts": [
      [imports, `import { ${camel} } from "./${camel}";`],
      [block("export \\{"), `  ${camel},`],
      [block("export const kinds: readonly Kind\\[\\] = \\["), `  ${camel},`, "last"],
    ],
    "src/index.ts": [
      [fromClasses("export type \\{"), `  ${name}Args,\n  ${name}State,`],
      [fromClasses("export \\{"), `  ${name},`],
    ],
    "packages/emulator/src/families.ts": [
      [imports, `import { add${name}Routes } from "./${plural}";`],
      [block("export const families: .* = \\["), `  add${name}Routes,`, "last"],
    ],
    "test/openapi/index.ts": [
      [imports, `import * as ${plural} from "./${plural}";`],
      [block("export const schemas = \\{"), `  ...${plural}.schemas,`, "last"],
      [block("export const paths = \\{"), `  ...${plural}.paths,`, "last"],
      [block("export const differences = \\{"), `  ...${plural}.differences,`, "last"],
    ],
  };
}
