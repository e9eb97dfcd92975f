/** A mandatory policy stops an apply before its first change, in every front end that applies YAML. */
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { Project, type Result } from "./support/project";

jest.setTimeout(240_000);

const stack = (policies: string, { isPrivate = true, sharded = false, more = "" } = {}) => `
workspace: acme
${sharded ? "shards: { by: project }" : ""}
defaults: { repository: { deletion: allow }, project: { deletion: allow } }
projects: { PLAT: { name: Platform, isPrivate: false }, DATA: { name: Data, isPrivate: false } }
repositories:
  billing: { project: PLAT, isPrivate: ${isPrivate}, forkPolicy: ${isPrivate ? "no_forks" : "allow_forks"}, mainBranch: main }
  ledger: { project: DATA, forkPolicy: no_forks ${more} }
${policies}
`;
const rule = "policies: { public-repository: mandatory }";
const broken =
  /breaks the mandatory policy "public-repository" \(stacks\/test\.yaml:\d+\): the repository billing is public/;
const exception =
  "exceptions: [{ policy: public-repository, repository: billing, who: jane@acme.com, why: It is open source, until: 2999-12-31 }]";

let project: Project;
beforeAll(async () => {
  project = await Project.startWithVault();
});
afterAll(() => project.close());

async function refuse(running: Promise<Result>, message = broken): Promise<string> {
  project.emulator.requests.length = 0;
  const { exitCode, output } = await running;
  expect(output.replace(/\s+/g, " ")).toMatch(message);
  expect(output).not.toMatch(/^ +at \S+ \(/m);
  expect(exitCode).not.toBe(0);
  expect(project.writes).toEqual([]);
  return output;
}

async function succeed(running: Promise<Result>): Promise<string> {
  const { exitCode, output } = await running;
  if (exitCode !== 0) throw new Error(output);
  return output;
}

it("stops validate, plain Pulumi and the command line, with the place and the way to an exception", async () => {
  await project.yaml(stack(rule, { isPrivate: false }));
  await refuse(project.cli(["validate", "test"]));
  const output = await refuse(project.up());
  expect(output).toMatch(/stacks\/test\.yaml:7:3 repositories\.billing: /);
  expect(output).toContain('an entry under "exceptions" with policy, who, why, until');
  expect(output).toContain("Nothing was changed.");
  await refuse(project.cli(["up", "test", "--yes"]));
  expect(await refuse(project.cli(["preview", "test"]))).toContain(
    "An apply would stop before the first change.",
  );
});

it("stops all shards at what one of them breaks", async () => {
  await project.yaml(stack(rule, { isPrivate: false, sharded: true }));
  await refuse(project.cli(["up", "test", "--yes"]));
});

it("stops a plan file, and a compiled program", async () => {
  await project.yaml(stack(rule, { isPrivate: false }));
  await refuse(project.cli(["preview", "test", "--out", "plan.json"]));
  expect(existsSync(join(project.folder, "plan.json"))).toBe(false);
  await project.runOn("yaml");
  await refuse(project.preview());
  await refuse(project.up());
  await project.runOn("nodejs");
});

describe("of an applied stack, in shards", () => {
  const sharded = (policies: string, more = "") =>
    stack(`${policies}\n${exception}`, { isPrivate: false, sharded: true, more });
  let restore: () => Promise<void>;
  beforeAll(async () => {
    await project.startOver();
    await project.yaml(sharded(rule));
    await succeed(project.cli(["up", "test", "--yes", "--skip-preview"]));
    expect(project.repository("billing").is_private).toBe(false);
    restore = await project.keep();
  });
  beforeEach(() => restore());

  it("an unmanaged webhook over http stops the next apply, which the change that excepts it lets pass", async () => {
    await project.somebody("POST", "/repositories/acme/ledger/hooks", {
      description: "old",
      url: "http://old.example.com/",
      active: true,
      events: ["repo:push"],
    });
    const both = "policies: { public-repository: mandatory, webhook-encryption: mandatory }";
    const change = sharded(both, ", description: Changed");
    await project.yaml(change);
    const message =
      /webhook old of the repository ledger, which YAML does not declare, is sent to old\.example\.com/;
    await refuse(project.pulumi(["up", "--yes", "--skip-preview", "--stack", "test.DATA"]), message);
    await refuse(project.cli(["up", "test", "--yes"]), message);
    const more = exception.replace(
      /\]$/,
      ", { policy: webhook-encryption, resource: webhook old, who: me, why: It goes next week, until: 2999-12-31 }]",
    );
    await project.yaml(change.replace(exception, more));
    await succeed(project.cli(["up", "test", "--yes"]));
    expect(project.repository("ledger").description).toBe("Changed");
  });

  it("stops all shards, also with --changed, at what only the live state of one breaks", async () => {
    await project.somebody("POST", "/repositories/acme/ledger/hooks", {
      description: "old",
      url: "http://old.example.com/",
      active: true,
      events: ["repo:push"],
    });
    const both = "policies: { public-repository: mandatory, webhook-encryption: mandatory }";
    const change = sharded(both, ", description: Changed").replace("name: Platform", "name: The platform");
    await project.yaml(change);
    const message =
      /webhook old of the repository ledger, which YAML does not declare, is sent to old\.example\.com/;
    for (const more of [[], ["--changed"], ["--engine"]])
      expect(await refuse(project.cli(["up", "test", "--yes", ...more]), message)).toMatch(
        /Not started: .*test\.PLAT/,
      );
    // What only the live state of a project that is not looked at breaks does not stop --changed.
    await project.yaml(
      change.replace("description: Changed", "").replace("forkPolicy: no_forks , ", "forkPolicy: no_forks "),
    );
    const output = await succeed(project.cli(["up", "test", "--yes", "--changed"]));
    expect(output).toMatch(
      /Policies: the live state of .* was held to them\. \d+ (was|were) not looked at\./,
    );
    expect(project.writes.filter((write) => write.startsWith("PUT"))).toHaveLength(1);
  });

  it("drift reports what an exception that has ended no longer covers, and ends with 2", async () => {
    await project.yaml(sharded(rule));
    await succeed(project.cli(["drift", "test"]));
    await project.yaml(sharded(rule).replace("2999", "2020"));
    const { exitCode, stdout } = await project.cli(["drift", "test", "--json"]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [],
      policies: [
        { policy: "public-repository", verdict: "expired", stopsApply: true },
        { policy: "public-repository", verdict: "violated", repository: "billing", name: "billing" },
      ],
    });
    await refuse(
      project.cli(["up", "test", "--yes"]),
      /ended on 2020-12-31 \(jane@acme\.com: It is open source\)/,
    );
  });

  it("a policy pack judges the same in Pulumi's own way", async () => {
    // The Node host that Go modules still hold runs no packs. For a runtime without a host, the engine looks for an
    // analyzer, as it did for Node before: pulumi/sdk/nodejs/dist/pulumi-analyzer-policy does what this one does.
    await project.write(
      "bin/pulumi-analyzer-policy-pack",
      '#!/bin/sh\nexec node "$(node -p \'require.resolve("@pulumi/pulumi/cmd/run-policy-pack")\')" "$@"\n',
    );
    await chmod(`${project.folder}/bin/pulumi-analyzer-policy-pack`, 0o755);
    await project.write("pack/PulumiPolicy.yaml", "runtime: pack\nversion: 0.0.1\n");
    await project.write("pack/package.json", '{ "name": "pack", "version": "0.0.1", "main": "index.js" }');
    await project.write(
      "pack/index.js",
      'require("bitbucket-as-code/policy").createPolicyPack("acme", { "public-repository": "mandatory", "webhook-encryption": "advisory" });',
    );
    await project.yaml(stack("", { isPrivate: false, sharded: true }));
    const preview = ["preview", "--stack", "test.PLAT", "--policy-pack", "pack"];
    const { exitCode, output } = await project.pulumi(preview, {
      PATH: `${project.folder}/bin:${project.env.PATH}`,
    });
    expect(output.replace(/\s+/g, " ")).toContain("the repository billing is public. Make it private.");
    expect(output).toMatch(/\[mandatory\].*public-repository.*Repository: billing/);
    expect(exitCode).not.toBe(0);
  });
});
