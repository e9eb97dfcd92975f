/**
 * `npm run test:faults`: tests every kind, and a stack of 100 resources on a real engine, with every fault;
 * some 40 minutes. Writes the results to docs/explanation/reliability.md. With `--report <file>` it only writes the page,
 * from an earlier run.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv[2] === "--report" ? process.argv[3] : undefined;
const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-faults-"));
try {
  const file = given ?? join(folder, "results.jsonl");
  if (given === undefined) {
    writeFileSync(file, "");
    const { status } = spawnSync("npx", ["jest", "test/faults", "test/e2e/faults.test.ts"], {
      cwd: root,
      env: { ...process.env, FAULTS_RESULTS: file },
      stdio: "inherit",
      shell: process.platform === "win32",
    });
    process.exitCode = status ?? 1;
  }
  if (!process.exitCode)
    writeFileSync(join(root, "docs", "explanation", "reliability.md"), page(readFileSync(file, "utf8")));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function page(text) {
  const results = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const rows = [...new Set(results.map(({ trouble }) => trouble))].map((trouble) => {
    const counts = ["kind", "stack"].flatMap((scope) => {
      const [recovered = 0, again = 0] = ["recovered", "again"].map(
        (outcome) =>
          results.filter((one) => one.trouble === trouble && one.scope === scope && one.outcome === outcome)
            .length,
      );
      return recovered + again > 0 ? [recovered, again] : ["not run", "not run"];
    });
    return `| ${[trouble, ...counts].join(" | ")} |`;
  });
  return `<!-- Written by npm run test:faults. -->
# Reliability

What was tried: each kind's create, update and delete against the emulator (columns "kind"), and \`pulumi up\` of a stack
of 100 resources on a real engine (columns "stack"), each in each of these troubles. A run either gets over it by itself,
or fails with a message that names the request, and an exit code that is not 0; then the same is run again without the
trouble. After each, the server holds exactly what is declared: nothing twice, nothing lost. The figures count runs; a run
that did not end so would have failed the test, and this page would not have been written. [safety promises](safety-promises.md)
lists what holds always, where it is enforced, and the test that shows it.

| trouble | kind: got over it | kind: next run finished | stack: got over it | stack: next run finished |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## After a kill

The engine leaves the stack locked when it is killed: \`pulumi cancel\`, or \`bitbucket-as-code repair\`, unlocks it. What
was made and did not come into the state is recognised by the next run, and not made twice. What the engine has started ends
within ten seconds. A run's folder in the temporary folder is taken away by the same user's next run, once it is certain
that its run is dead: one of another container or machine after a day without a sign of life.

## After a full disk

An engine that cannot write its state tries for about five minutes and then fails. The file backend then leaves an empty
state file (\`failed to load checkpoint: unexpected end of JSON input\`), and an empty \`<stack>.json.bak\` beside it: the copy
that it makes first does not fit either. Make room, and either bring back a copy of your own, or remove both files from the
backend's folder, and then:

\`\`\`sh
pulumi stack init <stack>                    # the same name: Pulumi.<stack>.yaml is kept
npx bitbucket-as-code repair <stack>         # what is there and declared comes into the state
npx bitbucket-as-code up <stack>
\`\`\`
`;
}
