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

The tests inject each of these faults into the create, update and delete of each resource type (columns "type"), and into
\`pulumi up\` of a stack of 100 resources with a real engine (columns "stack"). A run either recovers by itself, or fails with
a message that names the request and an exit code other than 0; then it is repeated without the fault. Afterwards the server
has exactly what is declared: nothing twice, nothing lost. The figures count runs. If a run ended differently, the test would
have failed and this page would not have been generated. [Safety promises](safety-promises.md) lists what is always
guaranteed, where it is enforced, and the test that proves it.

| fault | type: recovered | type: next run completed | stack: recovered | stack: next run completed |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## After a kill

A killed engine leaves the stack locked: \`bitbucket-as-code repair\` or \`pulumi cancel\` unlocks it. Objects that were created and
are missing from the state are recognized by the next run, and not created twice. The engine's processes exit within ten
seconds. The same user's next run deletes the run's folder in the temporary folder, once it is certain that the run has ended; the
folder of another container or machine is deleted after a day without activity.

## After a full disk

An engine that cannot write its state retries for about five minutes and then fails. The file backend then leaves an empty
state file (\`failed to load checkpoint: unexpected end of JSON input\`) and an empty \`<stack>.json.bak\`. Free disk space. Then
restore your own copy, or delete both files from the backend's folder and run:

\`\`\`sh
pulumi stack init <stack>                    # the same name: Pulumi.<stack>.yaml is kept
npx bitbucket-as-code repair <stack>         # adds existing declared objects to the state
npx bitbucket-as-code up <stack>
\`\`\`
`;
}
