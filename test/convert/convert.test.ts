/**
 * A Terraform program of DrFaust92's provider, converted by Pulumi and completed as docs/how-to/native-provider.md
 * says: it creates what the Terraform program describes. `PATH` needs `pulumi-converter-terraform`.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { compiledProject } from "../../src/scaffold/compiledProject";
import { Project } from "../e2e/support/project";

jest.setTimeout(300_000);

const properties = z.record(z.string(), z.unknown());
const programSchema = z.object({
  configuration: z.record(z.string(), z.unknown()),
  resources: z.record(
    z.string(),
    z.looseObject({ type: z.string(), properties, options: z.record(z.string(), z.unknown()).optional() }),
  ),
  variables: z.record(z.string(), z.unknown()),
});
type Program = z.infer<typeof programSchema>;

let project: Project;
beforeEach(async () => {
  project = await Project.start();
});
afterEach(() => project.close());

/** Runs the converter, as the documentation says. */
async function convert(): Promise<Program> {
  await cp(join(__dirname, "main.tf"), join(project.folder, "terraform", "main.tf"));
  const mapping = join(project.checkout, "schema", "terraform", "bitbucket.json");
  const args = ["convert", "--from", "terraform", "--language", "yaml", "--out", "../program"];
  // The converter would ask Terraform's registry about what the mapping leaves out.
  const env = { ...project.env, HTTPS_PROXY: "http://127.0.0.1:9" };
  const { stdout, stderr } = spawnSync("pulumi", [...args, "--mappings", mapping, "--generate-only"], {
    cwd: join(project.folder, "terraform"),
    env,
    encoding: "utf8",
  });
  // Not by its exit code: the YAML host that can be built is older than the engine, which asks it to link an SDK at the end.
  if (!existsSync(join(project.folder, "program", "Main.yaml"))) throw new Error(`${stdout}${stderr}`);
  return programSchema.parse(parse(await project.read("program/Main.yaml")));
}

/** What the documentation lists as to be completed by hand. */
function complete({ configuration, resources, variables }: Program): Program {
  const change = (name: string, changes: Readonly<Record<string, unknown>>) => {
    const resource = resources[name];
    if (!resource) throw new Error(`The converter has written no resource ${name}.`);
    const changed = { ...resource.properties, ...changes };
    resource.properties = Object.fromEntries(
      Object.entries(changed).filter(([, value]) => value !== undefined),
    );
  };
  // Both variables are `country` in Terraform, where their types differ.
  if (resources.countryPipelineVariable) resources.countryPipelineVariable.name = "country-of-workspace";
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKqP3Cr632C2dNhhgKVcon4ldUSAeKiku2yP9O9/bDtY";
  change("audit", { level: "workspace" });
  change("countryPipelineVariable", { level: "workspace", workspace: `\${acme.uuid}` });
  change("country", { repository: `\${api.uuid}` });
  change("debug", { level: "repository" });
  change("host", { publicKey: key });
  change("nightly", { target: undefined, branch: "main", selector: { type: "custom", pattern: "staging" } });
  change("meSshKey", { user: undefined });
  const reviewer = { repository: `\${api.name}`, workspace: `\${workspace}`, user: `\${reviewer.user}` };
  return {
    resources: {
      ...resources,
      apiDefaultReviewers: { type: "bitbucket-cloud:DefaultReviewer", properties: reviewer },
    },
    configuration,
    variables,
  };
}

test("what it writes, completed by hand, creates what the Terraform program describes", async () => {
  const program = await convert();
  const unmapped = Object.values(program.resources)
    .map(({ type }) => type)
    .filter((type) => !type.startsWith("bitbucket-cloud:"));
  expect(unmapped).toEqual(["bitbucket:DefaultReviewers"]);

  await project.write(
    "Pulumi.yaml",
    stringify({
      name: "bitbucket",
      runtime: "yaml",
      plugins: compiledProject().plugins,
      ...complete(program),
    }),
  );
  // What Terraform writes as `workspace/slug` names no workspace here.
  await project.configure("bitbucket-cloud:workspace", "acme");
  const up = await project.up();
  if (up.exitCode !== 0) throw new Error(up.output);
  const api = project.repository("api-from-terraform");
  expect(api).toMatchObject({ description: "The API", fork_policy: "no_public_forks", has_issues: false });
  expect([...api.hooks.values()]).toMatchObject([{ events: ["repo:push", "pullrequest:created"] }]);
  expect([...api.restrictions.values()]).toMatchObject([
    { kind: "require_approvals_to_merge", pattern: "main", value: 2 },
  ]);
  expect([...api.variables.values()]).toMatchObject([{ key: "DEBUG", value: "true", secured: false }]);
  expect(project.acme.projects.get("TERRA")).toMatchObject({ name: "Platform from Terraform" });
  expect([...project.acme.variables.values()]).toMatchObject([{ key: "COUNTRY", value: "Kenya" }]);

  const again = await project.preview(["--expect-no-changes"]);
  expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining("20 unchanged") });
});
