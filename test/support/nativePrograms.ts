/** The programs for the native provider in the documentation. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const docs = resolve(__dirname, "..", "..", "docs");

/** What a program of the provider has in each language. Other blocks are settings, or programs of other packages. */
const marks = {
  typescript: 'from "pulumi-bitbucket-cloud"',
  python: "import pulumi_bitbucket_cloud",
  go: "sdk/go/bitbucketcloud",
  yaml: "type: bitbucket-cloud:",
} as const;

export type DocumentedLanguage = keyof typeof marks;

/** The blocks of the registry's pages and of the provider's own page: fails where there is none. */
export function documentedPrograms(language: DocumentedLanguage): readonly string[] {
  const files = [
    ...readdirSync(join(docs, "registry")).map((name) => join("registry", name)),
    join("how-to", "native-provider.md"),
  ];
  const blocks = files.flatMap((file) => [
    ...readFileSync(join(docs, file), "utf8").matchAll(
      new RegExp(`^ *\`\`\`${language}\n(.*?)\n *\`\`\`$`, "gms"),
    ),
  ]);
  const found = blocks.flatMap(([, text = ""]) => (text.includes(marks[language]) ? [text] : []));
  if (found.length === 0) throw new Error(`no page has a program in ${language}`);
  return found;
}
