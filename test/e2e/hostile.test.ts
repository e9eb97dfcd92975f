/** Text in a workspace that is meant to mislead the reader of a report, or the terminal that shows it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "./support/project";

jest.setTimeout(240_000);

/** Clears the screen, changes the direction of writing, closes a tag, and is a link in Markdown. */
const evil = "\u001b[2J\u009b1A\u202eevil</script><img src=x onerror=alert(1)>[click](javascript:alert(1))|`";

const yaml = [
  "workspace: acme",
  "unmanaged: report",
  "repositories:",
  "  api:",
  "    description: plain",
  '    webhooks: { ci: { url: "https://ci.example.com", events: [repo:push] } }',
  "    variables: { LOG_LEVEL: info }",
].join("\n");

let project: Project;
beforeAll(async () => {
  project = await Project.start();
  await project.runOn("yaml");
  await project.yaml(yaml);
  expect((await project.up()).exitCode).toBe(0);
  // By hand, in the web interface.
  const api = project.repository("api");
  api.description = evil;
  for (const variable of api.variables.values()) variable.value = evil;
  for (const hook of api.hooks.values()) hook.description = evil;
  const path = "/repositories/acme/other";
  await project.somebody("POST", path, { description: evil, project: { key: api.project } });
  await project.somebody("POST", `${path}/hooks`, {
    description: evil,
    url: "https://other.example.com",
    active: true,
    events: ["repo:push"],
  });
  const other = project.repository("other");
  other.name = `other ${evil}`;
});
afterAll(() => project.close());

const commands: readonly (readonly string[])[] = [
  ["drift", "test", "--verbose", "--unmanaged"],
  ["unmanaged", "test"],
  ["preview", "test", "--verbose"],
  ["explain", "api", "--stack", "test"],
  ["git", "url", "api", "--workspace", "acme"],
  ["git", "url", "other", "--workspace", "acme"],
  ["doctor", "test"],
  ["import", "acme", "--stack", "imported"],
];

test.each(commands.map((command) => ({ command, name: command.slice(0, 2).join(" ") })))(
  "$name shows what is there, and nothing that moves the cursor or turns the writing",
  async ({ command }) => {
    const { output } = await project.cli(command);
    expect(output.length).toBeGreaterThan(10);
    expect(output).toBe(output.replace(/(?![\n\r\t])[\p{Cc}\p{Bidi_Control}]/gu, ""));
    expect(output).not.toMatch(/^\s+at \S+ \(.*:\d+:\d+\)/m);
  },
);

test("what Pulumi shows of it is as harmless", async () => {
  const { output } = await project.preview(["--diff"]);
  expect(output).toBe(output.replace(/(?![\n\r\t])[\p{Cc}\p{Bidi_Control}]/gu, ""));
});

test("no report lets it out of its place", async () => {
  const files = { html: "r.html", json: "r.json", junit: "r.xml", markdown: "r.md" };
  const targets = Object.entries(files).map(([kind, file]) => `${kind}=${file}`);
  const { exitCode } = await project.cli(["drift", "test", "--unmanaged", "--report", targets.join(",")]);
  expect(exitCode).toBe(2);
  const text = (file: string) => readFileSync(join(project.folder, file), "utf8");
  expect(text(files.html).match(/<\/script>/g)).toHaveLength(
    (text(files.html).match(/<script/g) ?? []).length,
  );
  expect(text(files.html)).not.toContain("<img src=x");
  expect(text(files.junit)).not.toContain("<img");
  expect(text(files.markdown)).not.toMatch(/(?<!\\)\[click\]\(javascript|(?<!\\)<img/);
  for (const file of [files.junit, files.markdown])
    expect(text(file)).toBe(text(file).replace(/(?![\n\r\t])[\p{Cc}\p{Bidi_Control}]/gu, ""));
  expect(JSON.parse(text(files.json))).toBeDefined();
});

test("the imported YAML is read as it was written", async () => {
  const { output, exitCode } = await project.cli(["validate", "imported"]);
  expect(output).toMatch(/is valid/);
  expect(exitCode).toBe(0);
});
