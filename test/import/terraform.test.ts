/**
 * From the states of the Terraform providers to the workspace: exactly the managed objects, and the notes.
 */

import { exampleTokens } from "../../packages/emulator/src";
import { createClient, Secret } from "../../src/bitbucket";
import { FromTerraform, formatRemoval, readTerraform } from "../../src/import/fromTerraform";
import { selectImportable } from "../../src/import/select";
import { kinds } from "../../src/kinds";
import { LiveReader, surveyWorkspace } from "../../src/live";
import { privateKey, publicKey } from "../kinds/samples/sample";
import { hookUrl, type Side, TerraformWorld } from "./terraformWorld";

jest.setTimeout(120_000);

type Given = Readonly<Record<string, unknown>>;
type Entry = Readonly<Record<string, unknown>>;

let there: TerraformWorld;
beforeAll(async () => {
  there = await TerraformWorld.start();
});
afterAll(() => there.world.close());

const stateOf = (...resources: Entry[]) =>
  JSON.stringify({ version: 4, terraform_version: "1.9.8", serial: 7, lineage: "x", outputs: {}, resources });

const entry = (type: string, attributes: Given, more: Entry = {}): Entry => ({
  mode: "managed",
  type: `bitbucket_${type}`,
  name: "it",
  provider: 'provider["registry.terraform.io/drfaust92/bitbucket"]',
  instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
  ...more,
});

interface How {
  readonly reader?: LiveReader;
  readonly workspace?: string;
  /** Reads more than the state names. */
  readonly everything?: boolean;
}

/** What an import would import, and what it would report. */
async function take(state: string | Uint8Array, { reader, workspace = "acme", everything }: How = {}) {
  const live = reader ?? there.world.run().live;
  const source = await FromTerraform.read(readTerraform(state), live, workspace);
  const { kinds, ...narrow } = source.selection;
  const found = await surveyWorkspace(live, { workspace, kinds, ...(everything ? {} : narrow) });
  const chosen = await source.choose(found, selectImportable(found).skipped);
  const outcome = source.outcome(chosen.choice, new Set(), []);
  return {
    labels: chosen.objects.map((one) => there.label(one)).sort(),
    secrets: [...chosen.secrets].map(([one, values]) => [there.label(one), values]),
    notes: chosen.notes,
    outcome,
  };
}

/**
 * A resource as its provider writes it, and its counterpart. `own` is the correct side; everything exists
 * again on the other side, on other levels and below other owners.
 */
type Case = readonly [type: string, given: (own: Side) => Given, stands: readonly string[]];

const user = (name: string) => there.users[name];
/** For a repository's resources, the repository is imported as well. */
const repo = "own Repository";

const drFaust92: readonly Case[] = [
  [
    "branch_restriction",
    ({ slug, ids }) => ({
      id: ids.restriction,
      owner: "acme",
      repository: slug,
      kind: "push",
      pattern: "main",
    }),
    [repo, "own BranchRestriction restriction"],
  ],
  [
    "branching_model",
    ({ slug }) => ({ id: `acme/${slug}`, owner: "acme", repository: slug }),
    [repo, "own BranchingModel"],
  ],
  [
    "default_reviewers",
    ({ slug }) => ({
      id: `acme/${slug}/reviewers`,
      owner: "acme",
      repository: slug,
      reviewers: [user("alice"), user("bob")],
    }),
    [repo, "own DefaultReviewer alice", "own DefaultReviewer bob"],
  ],
  [
    "deploy_key",
    ({ slug, ids }) => ({
      id: `acme/${slug}/${ids.key}`,
      workspace: "acme",
      repository: slug,
      key_id: ids.key,
    }),
    [repo, "own DeployKey key"],
  ],
  [
    "deployment",
    ({ slug, ids }) => ({
      id: `acme/${slug}:${ids.production}`,
      uuid: ids.production,
      repository: `acme/${slug}`,
      name: "Production",
      stage: "Production",
      restrictions: [{ admin_only: false }],
    }),
    [repo, "own DeploymentEnvironment production"],
  ],
  [
    "deployment_variable",
    ({ slug, ids }) => ({
      id: ids["staging variable"],
      uuid: ids["staging variable"],
      deployment: `acme/${slug}:${ids.staging}`,
      key: "TOKEN",
      secured: true,
    }),
    [repo, "own DeploymentEnvironment staging", "own Staging PipelineVariable staging variable"],
  ],
  [
    // Its provider writes the name instead of the slug.
    "forked_repository",
    ({ slug, uuid }) => ({
      id: `acme/${slug}`,
      owner: "acme",
      name: "A Fork",
      slug: "A Fork",
      uuid,
      scm: "git",
    }),
    [repo],
  ],
  [
    "gpg_key",
    () => ({
      id: `${user("alice")}/${there.ids.gpgKey}`,
      user: user("alice"),
      fingerprint: there.ids.gpgKey,
    }),
    ["GpgKey gpgKey"],
  ],
  [
    "hook",
    ({ slug, ids }) => ({
      id: ids.hook,
      uuid: ids.hook,
      owner: "acme",
      repository: slug,
      url: hookUrl,
      secret: "",
    }),
    [repo, "own Webhook hook"],
  ],
  [
    "pipeline_schedule",
    ({ slug, ids }) => ({
      id: `acme/${slug}/${ids.schedule}`,
      uuid: ids.schedule,
      workspace: "acme",
      repository: slug,
      enabled: true,
    }),
    [repo, "own PipelineSchedule schedule"],
  ],
  [
    "pipeline_ssh_key",
    ({ slug }) => ({ id: `acme/${slug}`, workspace: "acme", repository: slug, public_key: publicKey(50) }),
    [repo, "own PipelineSshKeyPair"],
  ],
  [
    "pipeline_ssh_known_host",
    ({ slug, ids }) => ({
      id: `acme/${slug}/${ids.host}`,
      uuid: ids.host,
      workspace: "acme",
      repository: slug,
      hostname: "deploy.example.com",
    }),
    [repo, "own PipelineKnownHost host"],
  ],
  [
    "project",
    ({ project, projectUuid }) => ({ id: `acme/${project}`, uuid: projectUuid, owner: "acme", key: project }),
    ["own Project"],
  ],
  [
    "project_branching_model",
    ({ project }) => ({ id: `acme/${project}`, workspace: "acme", project }),
    ["own Project", "own project's BranchingModel"],
  ],
  [
    "project_default_reviewers",
    ({ project }) => ({ id: `acme/${project}`, workspace: "acme", project, reviewers: [user("carol")] }),
    ["own Project", "own project's DefaultReviewer carol"],
  ],
  [
    "project_group_permission",
    ({ project }) => ({
      id: `acme:${project}:developers`,
      workspace: "acme",
      project_key: project,
      group_slug: "developers",
      permission: "write",
    }),
    ["own Project", "own project's ProjectGroupPermission developers"],
  ],
  [
    "project_user_permission",
    ({ project }) => ({
      id: `acme:${project}:${user("bob")}`,
      workspace: "acme",
      project_key: project,
      user_id: user("bob"),
      permission: "write",
    }),
    ["own Project", "own project's ProjectUserPermission bob"],
  ],
  [
    "repository",
    ({ slug, uuid }) => ({
      id: `acme/${slug}`,
      owner: "acme",
      name: slug,
      slug,
      uuid,
      pipelines_enabled: true,
      inherit_branching_model: true,
      inherit_default_merge_strategy: true,
    }),
    ["own OverrideSettings", repo],
  ],
  [
    "repository_group_permission",
    ({ slug }) => ({
      id: `acme:${slug}:developers`,
      workspace: "acme",
      repo_slug: slug,
      group_slug: "developers",
      permission: "write",
    }),
    [repo, "own RepositoryGroupPermission developers"],
  ],
  [
    "repository_user_permission",
    ({ slug }) => ({
      id: `acme:${slug}:${user("bob")}`,
      workspace: "acme",
      repo_slug: slug,
      user_id: user("bob"),
      permission: "admin",
    }),
    [repo, "own RepositoryUserPermission bob"],
  ],
  [
    "repository_variable",
    ({ slug, ids }) => ({
      id: "TOKEN",
      uuid: ids.variable,
      repository: `acme/${slug}`,
      workspace: "acme",
      key: "TOKEN",
      secured: true,
    }),
    [repo, "own PipelineVariable variable"],
  ],
  [
    "ssh_key",
    () => ({ id: `${user("alice")}/${there.ids.sshKey}`, user: user("alice"), uuid: there.ids.sshKey }),
    ["SshKey sshKey"],
  ],
  [
    "workspace_hook",
    () => ({ id: there.ids.hook, uuid: there.ids.hook, workspace: "acme", url: hookUrl }),
    ["Webhook hook"],
  ],
  [
    "workspace_variable",
    () => ({ id: `acme/${there.ids.variable}`, uuid: there.ids.variable, workspace: "acme", key: "TOKEN" }),
    ["PipelineVariable variable"],
  ],
];

const zahiar: readonly Case[] = [
  [
    "branch_restriction",
    ({ slug, ids }) => ({
      id: ids.restriction,
      workspace: "acme",
      repository: slug,
      kind: "push",
      pattern: "main",
    }),
    [repo, "own BranchRestriction restriction"],
  ],
  [
    "default_reviewer",
    ({ slug }) => ({
      id: `acme-${slug}-${user("bob")}`,
      workspace: "acme",
      repository: slug,
      user: user("bob"),
    }),
    [repo, "own DefaultReviewer bob"],
  ],
  [
    "deploy_key",
    ({ slug, ids }) => ({ id: ids.key, workspace: "acme", repository: slug, label: "deploy" }),
    [repo, "own DeployKey key"],
  ],
  [
    "deployment",
    ({ slug, ids }) => ({
      id: ids.staging,
      workspace: "acme",
      repository: slug,
      name: "Staging",
      environment: "Staging",
    }),
    [repo, "own DeploymentEnvironment staging"],
  ],
  [
    "deployment_variable",
    ({ slug, ids }) => ({
      id: ids["production variable"],
      workspace: "acme",
      repository: slug,
      deployment: ids.production,
      key: "TOKEN",
      secured: true,
    }),
    [repo, "own DeploymentEnvironment production", "own Production PipelineVariable production variable"],
  ],
  [
    "group_permission",
    ({ slug }) => ({
      id: `acme-${slug}-developers`,
      workspace: workspaceUuid(),
      repository: slug,
      group: "developers",
      permission: "write",
    }),
    [repo, "own RepositoryGroupPermission developers"],
  ],
  [
    "pipeline_key_pair",
    ({ slug }) => ({ id: `acme-${slug}`, workspace: "acme", repository: slug, public_key: publicKey(50) }),
    [repo, "own PipelineSshKeyPair"],
  ],
  [
    "pipeline_variable",
    ({ slug, ids }) => ({
      id: ids.variable,
      workspace: "acme",
      repository: slug,
      key: "TOKEN",
      secured: true,
    }),
    [repo, "own PipelineVariable variable"],
  ],
  [
    "project",
    ({ project, projectUuid }) => ({ id: projectUuid, workspace: "acme", key: project, name: "One" }),
    ["own Project"],
  ],
  [
    // It does not manage override settings.
    "repository",
    ({ slug, uuid, project }) => ({
      id: uuid,
      workspace: "acme",
      name: slug,
      project_key: project,
      enable_pipelines: true,
    }),
    [repo],
  ],
  [
    "user_permission",
    ({ slug }) => ({
      id: `${workspaceUuid()}-${slug}-${user("carol")}`,
      workspace: workspaceUuid(),
      repository: slug,
      user: user("carol"),
      permission: "admin",
    }),
    [repo, "own RepositoryUserPermission carol"],
  ],
  [
    "webhook",
    ({ slug, ids }) => ({
      id: ids["twin hook"],
      workspace: "acme",
      repository: slug,
      name: "twin",
      url: hookUrl,
      is_active: true,
    }),
    [repo, "own Webhook twin hook"],
  ],
];

/** Where aeirola's provider, and DrFaust92's before version 2.10, write a different form. */
const older: readonly Case[] = [
  ["repository", ({ slug }) => ({ id: `acme/${slug}`, owner: "acme", name: slug, slug: "" }), [repo]],
  ["project", ({ project }) => ({ id: `acme/${project}`, owner: "acme", key: project }), ["own Project"]],
  [
    "deployment",
    ({ slug, ids }) => ({ id: `acme/${slug}:${ids.staging}`, uuid: ids.staging, repository: `acme/${slug}` }),
    [repo, "own DeploymentEnvironment staging"],
  ],
  [
    "repository_variable",
    ({ slug }) => ({ id: "TOKEN", repository: `acme/${slug}`, key: "TOKEN", value: "", secured: true }),
    [repo, "own PipelineVariable variable"],
  ],
];

function workspaceUuid(): string {
  return there.world.emulator.state.workspaces.get("acme")?.uuid ?? "";
}

describe.each([
  ["DrFaust92", drFaust92],
  ["zahiar", zahiar],
  ["aeirola", older],
] as const)("of %s's provider", (_provider, cases) => {
  test.each(cases)(
    "bitbucket_%s stands for what it manages, and for nothing else",
    async (type, given, stands) => {
      const { labels, notes, outcome } = await take(stateOf(entry(type, given(there.own))));
      expect(labels).toEqual([...stands].sort());
      expect(notes).toEqual([]);
      expect(outcome).toMatchObject({ resources: 1, taken: 1, addresses: [`bitbucket_${type}.it`] });
    },
  );
});

test("every type of the table of counterparts is known here", () => {
  const known = new Set([...drFaust92, ...zahiar].map(([type]) => type));
  const called = kinds.flatMap(({ terraform }) => Object.values(terraform).flat());
  expect(called).toContain("branch_restriction");
  expect(called.filter((name) => name !== "commit_file" && !known.has(name))).toEqual([]);
});

test.each([
  ["group", /keep it in Terraform, or manage groups/],
  ["group_membership", /keep it in Terraform/],
  ["group_member", /keep it in Terraform/],
  ["commit_file", /declare the file under files of its repository/],
  ["pull_request_robot", /the type bitbucket_pull_request_robot is not supported: keep it in Terraform/],
])("bitbucket_%s has no counterpart, and what to do instead is said", async (type, text) => {
  const { labels, notes, outcome } = await take(
    stateOf(project(), entry(type, { id: "acme/people", workspace: "acme" })),
  );
  expect(labels).toEqual(["own Project"]);
  expect(notes).toEqual([expect.stringMatching(new RegExp(`^bitbucket_${type}\\.it: .*${text.source}`))]);
  expect(outcome.addresses).toEqual(["bitbucket_project.it"]);
});

const project = (more: Entry = {}) =>
  entry("project", { id: `acme/${there.own.project}`, owner: "acme", key: there.own.project }, more);
const hook = (attributes: Given = {}, more: Entry = {}) => {
  const { slug, ids } = there.own;
  return entry(
    "hook",
    { id: ids.hook, uuid: ids.hook, owner: "acme", repository: slug, ...attributes },
    more,
  );
};

describe("instances and their addresses", () => {
  const variables = (count: number, keys: readonly (string | number)[], module?: string) =>
    entry(
      "workspace_variable",
      {},
      {
        ...(module === undefined ? {} : { module }),
        instances: keys.map((index_key, index) => ({
          index_key,
          attributes: { workspace: "acme", key: index < count ? "TOKEN" : "GONE" },
        })),
      },
    );

  test("where all of a resource is taken on, its address stands for all its instances", async () => {
    const { outcome } = await take(stateOf(variables(2, ["a", "b"]), variables(1, [0], "module.team")));
    expect(outcome.addresses).toEqual([
      "bitbucket_workspace_variable.it",
      "module.team.bitbucket_workspace_variable.it",
    ]);
    expect(formatRemoval(outcome.tool, outcome.addresses)).toBe(
      "terraform state rm \\\n    bitbucket_workspace_variable.it \\\n    module.team.bitbucket_workspace_variable.it",
    );
  });

  test("what stays behind is not taken out of Terraform with its siblings", async () => {
    const { outcome, notes } = await take(
      stateOf(variables(1, [`it's "$\{x}"`, "b"], 'module.team["a b"]'), variables(1, [0, 1])),
    );
    expect(notes).toEqual([
      'module.team["a b"].bitbucket_workspace_variable.it["b"]: was not found in the workspace',
      "bitbucket_workspace_variable.it[1]: was not found in the workspace",
    ]);
    expect(formatRemoval("tofu", outcome.addresses)).toBe(
      [
        "tofu state rm \\",
        `    'module.team["a b"].bitbucket_workspace_variable.it["it'\\''s \\"$\${x}\\""]' \\`,
        "    'bitbucket_workspace_variable.it[0]'",
      ].join("\n"),
    );
  });

  test("a deposed object is not managed, and stays in Terraform", async () => {
    const { ids, slug } = there.own;
    const at = { owner: "acme", repository: slug };
    const { labels, notes, outcome } = await take(
      stateOf(
        entry(
          "hook",
          {},
          {
            instances: [
              { attributes: { id: ids.hook, ...at } },
              { attributes: { id: ids["open hook"], ...at }, deposed: "0123abcd" },
            ],
          },
        ),
        // Terraform plans to replace a tainted one, but it exists.
        entry("project", {}, { instances: [{ status: "tainted", attributes: { key: there.own.project } }] }),
      ),
    );
    expect(labels).toEqual(["own Project", "own Repository", "own Webhook hook"]);
    expect(notes).toEqual([
      expect.stringMatching(/^bitbucket_hook\.it: its deposed object 0123abcd was replaced/),
    ]);
    expect(outcome.addresses).toEqual(["bitbucket_project.it"]);
  });

  test("what Terraform only reads is not managed", async () => {
    const { labels } = await take(stateOf(project(), hook({}, { mode: "data" })));
    expect(labels).toEqual(["own Project"]);
  });
});

describe("names", () => {
  test("names as people type them stand for what Bitbucket calls otherwise", async () => {
    const { ids, slug, project: key } = there.own;
    const state = stateOf(
      hook({ owner: "ACME", repository: slug.toUpperCase() }),
      entry("project_branching_model", { workspace: "Acme", project: key.toLowerCase() }),
      entry("deploy_key", { id: ids.key, workspace: workspaceUuid(), repository: there.own.uuid }),
    );
    const { labels, notes } = await take(state);
    expect(notes).toEqual([]);
    expect(labels).toEqual([
      "own DeployKey key",
      "own Project",
      "own Repository",
      "own Webhook hook",
      "own project's BranchingModel",
    ]);
  });

  test("a repository and a project that were renamed since are found by their UUIDs, and what is in them too", async () => {
    const { ids, uuid, projectUuid } = there.own;
    // Another object has the old names now.
    const slug = there.other.slug;
    const key = there.other.project;
    const { labels, notes } = await take(
      stateOf(
        entry("repository", { id: `acme/${slug}`, owner: "acme", slug, uuid, name: slug }),
        entry("project", { id: `acme/${key}`, owner: "acme", key, uuid: projectUuid }),
        hook({ repository: slug }),
        entry("deployment_variable", {
          id: ids["production variable"],
          deployment: `acme/${slug}:${ids.production}`,
        }),
        entry("project_branching_model", { workspace: "acme", project: key }),
      ),
    );
    expect(notes).toEqual([]);
    expect(labels).toEqual([
      "own DeploymentEnvironment production",
      "own Production PipelineVariable production variable",
      "own Project",
      "own Repository",
      "own Webhook hook",
      "own project's BranchingModel",
    ]);
  });

  test("users are found by account ids as well, and one who is none any more is named", async () => {
    const bob = [...there.world.emulator.state.users.values()].find(({ nickname }) => nickname === "bob");
    const { labels, notes } = await take(
      stateOf(
        entry("default_reviewers", {
          owner: "acme",
          repository: there.own.slug,
          reviewers: [bob?.account_id, "somebody", "{nobody}"],
        }),
      ),
    );
    expect(labels).toEqual(["own DefaultReviewer bob", "own Repository"]);
    expect(notes).toEqual([
      "bitbucket_default_reviewers.it: no default reviewer somebody was found there",
      "bitbucket_default_reviewers.it: no default reviewer {nobody} was found there",
    ]);
  });

  test("an empty set of reviewers is nothing to take on, and is taken out of Terraform", async () => {
    const { slug } = there.own;
    const none = entry("default_reviewers", { owner: "acme", repository: slug, reviewers: [] });
    const { labels, notes, outcome } = await take(stateOf(project(), none));
    expect([labels, notes]).toEqual([["own Project"], []]);
    expect(outcome.addresses).toEqual(["bitbucket_project.it", "bitbucket_default_reviewers.it"]);
  });

  test("what belongs to another workspace is left to an import of its own", async () => {
    const { labels, notes } = await take(
      stateOf(project(), entry("workspace_variable", { workspace: "globex", key: "TOKEN" })),
    );
    expect(labels).toEqual(["own Project"]);
    expect(notes).toEqual(["1 resource of the workspace globex: run another import for it"]);
    await expect(take(stateOf(project()), { workspace: "globex" })).rejects.toThrow(
      /nothing to import in globex, and nothing was written:\n {2}- 1 resource of the workspace acme/,
    );
  });

  test("an owner that Terraform does not manage is told of, since it is taken on", async () => {
    expect((await take(stateOf(hook()))).outcome.beyond).toEqual([`repository ${there.own.slug}`]);
    const { slug, uuid } = there.own;
    const managed = entry("repository", { id: `acme/${slug}`, slug, uuid });
    expect((await take(stateOf(hook(), managed))).outcome.beyond).toEqual([]);
  });
});

describe("what is not there", () => {
  test("each is told apart: gone itself, in something that is gone, and noted as gone", async () => {
    const { slug, ids } = there.own;
    const { notes } = await take(
      stateOf(
        project(),
        hook({ id: "{gone}", uuid: "{gone}", url: hookUrl }),
        entry("branch_restriction", { id: "1", owner: "acme", repository: "long-gone" }),
        entry("project_branching_model", { workspace: "acme", project: "GONE" }),
        entry("deployment_variable", { id: "{x}", deployment: `acme/${slug}:{gone}`, key: "TOKEN" }),
        // Of the other repository's environment.
        entry("deployment_variable", {
          id: "{x}",
          deployment: `acme/${slug}:${there.other.ids.staging}`,
          key: "TOKEN",
        }),
        entry("deploy_key", { id: ids["project's key"], workspace: "acme", repository: slug }),
        entry("default_reviewer", { id: "acme-x-{y}", workspace: null, repository: null, user: null }),
      ),
      { everything: true },
    );
    expect(notes).toEqual([
      "bitbucket_hook.it: was not found in the workspace",
      "bitbucket_branch_restriction.it: the repository long-gone was not found in the workspace",
      "bitbucket_project_branching_model.it: the project GONE was not found in the workspace",
      "bitbucket_deployment_variable.it: its deployment environment was not found",
      "bitbucket_deployment_variable.it: its deployment environment was not found",
      "bitbucket_deploy_key.it: was not found in the workspace",
      expect.stringMatching(/^bitbucket_default_reviewer\.it: the state does not say which repository/),
    ]);
  });

  test("nothing at all of it is an error that names what was looked for", async () => {
    await expect(
      take(stateOf(entry("branching_model", { owner: "acme", repository: "long-gone" }))),
    ).rejects.toThrow(
      /were found in acme, and nothing was written:\n {2}- bitbucket_branching_model\.it: the repository long-gone was not found/,
    );
  });

  async function as(email: string, token: string, state: string) {
    const client = createClient({
      credentials: { type: "api-token", email, token: new Secret(token) },
      baseUrl: there.world.emulator.url,
    });
    try {
      return await take(state, { reader: new LiveReader(client) });
    } finally {
      await client.close();
    }
  }

  test("what the credential may not see is not called gone", async () => {
    const { slug, project: key } = there.own;
    const state = stateOf(
      hook(),
      entry("repository", { id: `acme/${slug}`, slug }),
      entry("workspace_hook", { id: there.ids.hook, workspace: "acme" }),
    );
    const { labels, notes } = await as(exampleTokens.email, exampleTokens.withoutWebhooks, state);
    expect(labels).toEqual(["own Repository"]);
    expect(notes).toEqual([
      expect.stringMatching(/^bitbucket_hook\.it: could not be read: .*webhook/),
      expect.stringMatching(/^bitbucket_workspace_hook\.it: could not be read: .*webhook/),
    ]);
    const hidden = stateOf(
      entry("branching_model", { owner: "acme", repository: "private" }),
      entry("project", { owner: "acme", key }),
    );
    const of = await as("bob@acme.example", exampleTokens.member, hidden);
    expect(of.labels).toEqual(["own Project"]);
    expect(of.notes).toEqual([
      expect.stringMatching(
        /: the repository private is not accessible with this credential\. .*not certain/,
      ),
    ]);
  });

  test("a repository that may not be administered is said to be the reason for what is in it", async () => {
    // This user administers the one, and can only write to the other.
    const at = { workspace: "acme", repository: there.other.uuid };
    await there.world.client.send({
      method: "PUT",
      path: `/repositories/acme/${encodeURIComponent(at.repository)}/permissions-config/users/${encodeURIComponent(user("bob") ?? "")}`,
      body: { permission: "write" },
    });
    const variable = ({ slug, ids }: Side, name: string) =>
      entry(
        "repository_variable",
        { id: "TOKEN", uuid: ids.variable, repository: `acme/${slug}`, key: "TOKEN" },
        { name },
      );
    const { labels, notes } = await as(
      "bob@acme.example",
      exampleTokens.member,
      stateOf(
        variable(there.own, "own"),
        variable(there.other, "other"),
        // It can be read, but not imported without the rest.
        entry("repository", { id: `acme/${there.other.slug}`, slug: there.other.slug }),
      ),
    );
    expect(labels).toEqual(["own PipelineVariable variable", "own Repository"]);
    expect(notes).toEqual([
      `bitbucket_repository_variable.other: the repository ${there.other.slug} cannot be administered with this credential`,
      `bitbucket_repository.it: the repository ${there.other.slug} cannot be administered with this credential`,
    ]);
  });

  test("the key of another user takes that user's credential", async () => {
    const { notes } = await take(
      stateOf(project(), entry("ssh_key", { id: "{other}/{key}", user: "{other}", uuid: "{key}" })),
    );
    expect(notes).toEqual([expect.stringMatching(/run the import with the credential of its owner$/)]);
  });
});

describe("secrets", () => {
  const secret = "value-that-terraform-knows";

  test("come along where they are those that Bitbucket holds", async () => {
    const { ids, slug } = there.own;
    const { secrets } = await take(
      stateOf(
        hook({ secret }),
        entry("webhook", { id: ids["open hook"], workspace: "acme", repository: slug }),
        entry("repository_variable", {
          repository: `acme/${slug}`,
          key: "TOKEN",
          value: secret,
          secured: true,
        }),
        entry("pipeline_ssh_key", {
          workspace: "acme",
          repository: slug,
          public_key: publicKey(50),
          private_key: privateKey,
        }),
      ),
    );
    expect(Object.fromEntries(secrets.map(([name, values]) => [String(name), values]))).toEqual({
      "own Webhook hook": { secret },
      "own PipelineVariable variable": { value: secret },
      "own PipelineSshKeyPair": { privateKey },
    });
  });

  test("of something else that took its place do not", async () => {
    const { ids, slug } = there.own;
    const { secrets, labels } = await take(
      stateOf(
        // Bitbucket no longer holds a secret for this one.
        entry("hook", { id: ids["open hook"], owner: "acme", repository: slug, secret }),
        // It was in plain text when Terraform last read it.
        entry("repository_variable", {
          repository: `acme/${slug}`,
          key: "TOKEN",
          value: secret,
          secured: false,
        }),
        entry("pipeline_ssh_key", {
          workspace: "acme",
          repository: slug,
          public_key: publicKey(51),
          private_key: privateKey,
        }),
      ),
    );
    expect(labels).toHaveLength(4);
    expect(secrets).toEqual([]);
  });
});

describe("files that are no state", () => {
  const other = (type: string) => ({ mode: "managed", type, name: "it", instances: [{ attributes: {} }] });
  test.each([
    ["nothing", "", /is empty\. "terraform state pull" prints nothing without a state/],
    ["a text", "terraform {}", /is not JSON\. Pass the output of "terraform state pull"/],
    ["a saved plan", "PK\u0003\u0004", /is a saved plan/],
    ["other JSON", "[1]", /is JSON, but not a Terraform state/],
    ["null", "null", /is JSON, but not a Terraform state/],
    ["terraform show", '{"format_version":"1.0","values":{}}', /is the output of "terraform show -json",/],
    [
      "an old state",
      '{"version":3,"modules":[]}',
      /of version 3, which Terraform 0\.11 and older write\. Run "terraform apply -refresh-only"/,
    ],
    ["a state of times to come", '{"version":5}', /of version 5; version 4 is supported/],
    [
      "what OpenTofu encrypted",
      '{"serial":1,"lineage":"x","meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}',
      /is encrypted by OpenTofu\. Pass the output of "tofu state pull", which/,
    ],
    ["an empty state", stateOf(), /contains no resources\. Pull the state of the folder/],
    ["a state without a list", '{"version":4,"resources":null}', /contains no resources/],
    [
      "a state of others",
      stateOf(other("aws_s3_bucket"), other("github_repository")),
      /contains no resource of a provider for Bitbucket Cloud, only of others \(aws, github\)/,
    ],
    [
      "Data Center's",
      stateOf(other("bitbucketserver_project")),
      /Server and Data Center are different products/,
    ],
    ["a broken state", '{"version":4,"resources":[{"mode":"managed"}]}', /resources\.0\.type/],
  ])("%s is told from a state, with what to do", (_name, content, text) => {
    expect(() => readTerraform(content, "state.json")).toThrow(text);
    expect(() => readTerraform(content, "state.json")).toThrow(/^state\.json/);
  });

  test("a state that PowerShell has redirected is read", () => {
    const utf16 = Buffer.from(`\uFEFF${stateOf(project())}`, "utf16le");
    expect(readTerraform(utf16).resources).toHaveLength(1);
    expect(readTerraform(Buffer.from(`\uFEFF${stateOf(project())}`)).resources).toHaveLength(1);
  });

  test("what Terraform 0.11 wrote last has to be refreshed first", () => {
    const flat = entry("hook", {}, { instances: [{ attributes_flat: { id: "{x}" } }] });
    expect(readTerraform(stateOf(flat)).remarks).toMatchObject([
      {
        address: "bitbucket_hook.it",
        reason: expect.stringMatching(/^was last written by Terraform 0\.11: run/),
      },
    ]);
  });

  test("OpenTofu's state is that of Terraform, and names OpenTofu's command", () => {
    const provider = 'provider["registry.opentofu.org/drfaust92/bitbucket"]';
    expect(readTerraform(stateOf(project({ provider }))).tool).toBe("tofu");
    expect(readTerraform(stateOf(project())).tool).toBe("terraform");
  });
});
