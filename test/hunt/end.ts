/** After all tests: the run exits with 1 if a secret that it used is in a forbidden place. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { canary, ways } from "./canary";
import { isException } from "./exceptions";
import { runFolder, usedSecrets } from "./places";
import { findSecrets } from "./search";

const secretSchema = z.object({ what: z.string(), value: z.string() });

/** Characters of a secret that a message shows. */
const shown = 4;

export default async function end(): Promise<void> {
  if (!existsSync(usedSecrets)) return;
  const secrets = readFileSync(usedSecrets, "utf8")
    .trim()
    .split("\n")
    .map((line) => secretSchema.parse(JSON.parse(line)));
  const distinct = [...new Map(secrets.map((secret) => [secret.value, secret])).values()];
  const began = Date.now();
  const folders = readdirSync(runFolder).filter((name) => !["secrets.jsonl", "forms.txt"].includes(name));
  const found = await findSecrets(runFolder, folders, distinct);
  process.stderr.write(
    `Hunt for secrets: ${distinct.length} secrets, in all that the tests left, ${((Date.now() - began) / 1000).toFixed(1)} s.\n`,
  );

  const problems: string[] = [];
  const canaries = found.filter(({ secret }) => secret.value === canary);
  if (canaries.length > 0 || distinct.some(({ value }) => value === canary))
    for (const [way, seen] of Object.entries(ways))
      if (!canaries.some(seen))
        problems.push(`The hunt is blind: it did not find what was leaked by ${way}.`);
  const leaks = found.filter((finding) => finding.secret.value !== canary && !isException(finding));
  for (const file of new Set(leaks.map((leak) => leak.file))) {
    const inFile = leaks.filter((leak) => leak.file === file);
    const lines = inFile.map(
      ({ secret, context }) => `${secret.what} (${secret.value.slice(0, shown)}…): … ${context} …`,
    );
    const program = inFile[0]?.program;
    const head = program ? [`${program.test}: ${JSON.stringify(program.args)}`] : [];
    problems.push([file, ...head, ...lines].join("\n      "));
  }
  if (problems.length === 0) {
    rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 });
    return;
  }
  process.stderr.write(
    `${problems.length} secrets of the tests are where they must not be. What was searched is kept in ${runFolder}.\n  ${problems.join("\n  ")}\n`,
  );
  // To throw would cost the run its report of the tests.
  process.exitCode = 1;
}
