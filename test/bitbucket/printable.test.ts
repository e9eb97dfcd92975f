/** The only list of characters that a terminal must not receive. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeUnprintable, escapeUnprintableJson, unprintable } from "../../src/bitbucket/printable";
import { toPrintable as shownInDiagnostics } from "../../src/desired/diagnostics";
import { removeSecrets } from "../../src/migrate/secrets";
import { plainLine } from "../../src/publish/notice";

const all = Array.from({ length: 0x110000 }, (_, point) => point).map((point) => String.fromCodePoint(point));
const harmful =
  /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u115f\u180e\u200b-\u200f\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

const harmfulOnes = all.filter((one) => !/[\n\t]/.test(one) && one.search(unprintable) >= 0);

test("control, bidirectional and invisible characters are replaced, and nothing that is seen", () => {
  const seen = all.filter((one) => one.search(unprintable) < 0);
  expect(seen.filter((one) => harmful.test(one))).toEqual([]);
  const replaced = all.filter((one) => one.search(unprintable) >= 0);
  expect(
    replaced.filter(
      (one) => /[\p{L}\p{N}\p{P}\p{S}\p{Zs}]/u.test(one) && !/\p{Default_Ignorable_Code_Point}/u.test(one),
    ),
  ).toEqual([]);
});

test("emoji of several parts and letters of all scripts stay as they are", () => {
  for (const text of [
    "👩‍💻 👨‍👩‍👧",
    "❤️ 1️⃣",
    "👋🏽",
    "🏳️‍🌈",
    "Größe",
    "日本語",
    "مرحبا",
    "नमस्ते",
    "\u0645\u06cc\u200c\u062e",
    "\u0600١",
  ])
    expect(escapeUnprintable(text)).toBe(text);
});

test("what joins or chooses pictures is invisible elsewhere, and replaced there", () => {
  for (const text of ["a\u200dpi", "api\ufe0f", "\u200d", "a\u200cpi"])
    expect(escapeUnprintable(text)).toContain("\ufffd");
});

test.each([
  ["an error", escapeUnprintable],
  ["a published notice", plainLine],
  ["a finding of the audit", (text: string) => removeSecrets(text, [])],
  ["a diagnostic", shownInDiagnostics],
])("%s holds none of them", (_name, shown) => {
  const text = harmfulOnes.map((one) => `a${one}b`).join("");
  expect(shown(text).match(unprintable) ?? []).toEqual([]);
});

test("JSON that is made printable is the same JSON", () => {
  const value = { name: "a\u202eb\u{e0061}\u061c\u007f", list: ["\u200b"] };
  const text = escapeUnprintableJson(JSON.stringify(value, null, 2));
  expect(text).toContain("a\\u202eb\\udb40\\udc61\\u061c\\u007f");
  expect(JSON.parse(text)).toEqual(value);
});

test("the page of drift has the same list", () => {
  const page = readFileSync(join(__dirname, "..", "..", "src", "drift", "page", "assets", "data.js"), "utf8");
  expect(page).toContain(`/${unprintable.source}/gu`);
});
