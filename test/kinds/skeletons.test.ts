import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const folders = [
  "src/kinds",
  "packages/emulator/src",
  "test/emulator",
  "test/kinds/samples",
  "test/openapi",
] as const;

/** The placeholders that `npm run new-kind` writes for manual decisions. */
const placeholder = /\bTODO\b|"Not written yet: /;

test.each(folders)("no skeleton is left in %s", (folder) => {
  const files = readdirSync(join(root, folder)).filter((file) => /\.m?ts$/.test(file));
  expect(files.length).toBeGreaterThan(10);
  const left = files.filter((file) => placeholder.test(readFileSync(join(root, folder, file), "utf8")));
  expect(left).toEqual([]);
});
