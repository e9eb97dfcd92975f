/** A workspace in use: two projects and six repositories, for `import` and for exploring. */
import { createHash } from "node:crypto";
import { memoryCommit } from "./gitMemory";
import { newProject, newRepository } from "./newState";
import { peopleState } from "./seed";
import {
  type DeployKey,
  type Item,
  newUuid,
  type Repository,
  type State,
  type Variable,
  type Workspace,
} from "./state";

/** One commit per day, starting here. */
const start = Date.UTC(2026, 0, 12, 9);

interface SeedRepository {
  readonly slug: string;
  readonly project: "CORE" | "WEB";
  readonly description: string;
  readonly language: string;
  /** Commits of the main branch, oldest first. */
  readonly commits: readonly string[];
  readonly branches?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly hook?: string;
  readonly deployKey?: string;
  readonly environments?: readonly ("Test" | "Staging" | "Production")[];
  /** The file with which the repository sets properties of its own, from its last commit on. */
  readonly settings?: string;
}

const repositories: readonly SeedRepository[] = [
  {
    slug: "gateway",
    project: "CORE",
    description: "The way in: routing, rate limits, authentication",
    language: "go",
    commits: ["Start the gateway", "Limit requests by client", "Log slow requests"],
    branches: ["develop", "release/1.0"],
    variables: { LOG_LEVEL: "info", REGION: "eu-central-1" },
    secrets: { REGISTRY_TOKEN: "example-registry-token" },
    hook: "https://ci.acme.example.com/hooks/gateway",
    deployKey: "Deployment",
    environments: ["Test", "Staging", "Production"],
  },
  {
    slug: "accounts",
    project: "CORE",
    description: "Sign-up, sign-in and profiles",
    language: "java",
    commits: ["Start accounts", "Send a confirmation by mail"],
    branches: ["develop", "feature/passkeys"],
    secrets: { DATABASE_PASSWORD: "example-database-password" },
    hook: "https://ci.acme.example.com/hooks/accounts",
    environments: ["Staging", "Production"],
  },
  {
    slug: "infrastructure",
    project: "CORE",
    description: "What runs where",
    language: "hcl",
    commits: ["Describe the network", "Add a second zone"],
    deployKey: "Plans",
    variables: { TF_IN_AUTOMATION: "true" },
  },
  {
    slug: "storefront",
    project: "WEB",
    description: "What customers see",
    language: "typescript",
    commits: ["Start the storefront", "Show prices with tax", "Load pictures late"],
    branches: ["develop"],
    variables: { NODE_ENV: "production" },
    secrets: { CDN_TOKEN: "example-cdn-token" },
    hook: "https://previews.acme.example.com/bitbucket",
    environments: ["Test", "Production"],
  },
  {
    slug: "styleguide",
    project: "WEB",
    description: "Colours, type and components",
    language: "css",
    commits: ["Start the style guide"],
  },
  {
    slug: "handbook",
    project: "WEB",
    description: "How we work",
    language: "",
    commits: ["Write down how we review"],
    settings: "description: How we work\nvariables: { LOG_LEVEL: info }\n",
  },
];

const ranks = { Test: 0, Staging: 1, Production: 2 } as const;

export function exampleState(): State {
  const state = peopleState();
  const acme = state.workspaces.get("acme");
  if (!acme) return state;
  const [alice = "", bob = ""] = [...acme.members.keys()];
  for (const [key, name] of [
    ["CORE", "Core services"],
    ["WEB", "Web"],
  ] as const) {
    const made = newProject(key, name, at(0));
    made.permissions.groups.set("developers", "write");
    acme.projects.set(key, made);
  }
  acme.projects.get("CORE")?.reviewers.add(bob);
  addVariable(acme.variables, "SONAR_HOST", "https://sonar.acme.example.com", false);
  addVariable(acme.variables, "SONAR_TOKEN", "example-sonar-token", true);
  addHook(acme.hooks, "https://audit.acme.example.com/bitbucket", "Audit", ["repo:created", "repo:deleted"]);
  for (const wanted of repositories) add(state, acme, wanted, alice);
  const gateway = acme.repositories.get("gateway");
  if (gateway) protect(state, gateway, bob);
  return state;
}

function add(state: State, acme: Workspace, wanted: SeedRepository, maker: string): void {
  const made = newRepository(wanted.slug, wanted.project, at(1));
  Object.assign(made, {
    description: wanted.description,
    language: wanted.language,
    fork_policy: "no_public_forks",
    mainbranch: "main",
    watchers: new Set([maker]),
  });
  commitAll(made, wanted);
  for (const [key, value] of Object.entries(wanted.variables ?? {}))
    addVariable(made.variables, key, value, false);
  for (const [key, value] of Object.entries(wanted.secrets ?? {}))
    addVariable(made.variables, key, value, true);
  if (wanted.hook !== undefined) addHook(made.hooks, wanted.hook, "CI", ["repo:push", "pullrequest:created"]);
  if (wanted.deployKey !== undefined) {
    const key = deployKey(state.nextId++, wanted.slug, wanted.deployKey);
    made.deployKeys.set(key.id, key);
  }
  for (const name of wanted.environments ?? []) {
    const uuid = newUuid();
    const variables = new Map<string, Variable>();
    addVariable(variables, "URL", `https://${wanted.slug}.${name.toLowerCase()}.acme.example.com`, false);
    made.environments.set(uuid, {
      uuid,
      name,
      type: name,
      rank: ranks[name],
      adminOnly: name === "Production",
      variables,
    });
  }
  if (wanted.variables ?? wanted.secrets) made.pipelinesEnabled = true;
  acme.repositories.set(made.slug, made);
}

function commitAll(
  made: Repository,
  { slug, description, commits, branches, settings }: SeedRepository,
): void {
  const author = "Alice Archer <alice@acme.example>";
  commits.forEach((message, index) => {
    memoryCommit(made, {
      branch: "main",
      parent: made.branches.get("main"),
      message,
      author,
      date: at(index + 2),
      written: new Map([
        ["README.md", `# ${slug}\n\n${description}.\n`],
        ["CHANGES.md", `${commits.slice(0, index + 1).join("\n")}\n`],
        ...(settings !== undefined && index === commits.length - 1
          ? [[".bitbucket/settings.yaml", settings] as const]
          : []),
      ]),
      removed: [],
    });
  });
  const head = made.branches.get("main");
  if (head === undefined) return;
  made.tags.set("v1.0.0", { hash: head, message: "The first release", tagger: author, date: at(8) });
  for (const branch of branches ?? []) {
    made.branches.set(branch, head);
    if (!branch.startsWith("feature/")) continue;
    memoryCommit(made, {
      branch,
      parent: head,
      message: "Try it out",
      author: "Bob Builder <bob@acme.example>",
      date: at(9),
      written: new Map([["notes.md", "To be done.\n"]]),
      removed: [],
    });
  }
}

/** The usual settings of a team for an important repository. */
function protect(state: State, found: Repository, reviewer: string): void {
  for (const restriction of [
    { kind: "force", value: null },
    { kind: "delete", value: null },
    { kind: "require_approvals_to_merge", value: 1 },
  ]) {
    const id = state.nextId++;
    found.restrictions.set(id, {
      id,
      branch_match_kind: "glob",
      pattern: "main",
      users: [],
      groups: [],
      ...restriction,
    });
  }
  found.reviewers.add(reviewer);
}

function at(day: number): string {
  return new Date(start + day * 86_400_000).toISOString().replace("Z", "000+00:00");
}

function addVariable(variables: Map<string, Variable>, key: string, value: string, secured: boolean): void {
  const uuid = newUuid();
  variables.set(uuid, { uuid, key, value, secured });
}

function addHook(
  hooks: Map<string, Item>,
  url: string,
  description: string,
  events: readonly string[],
): void {
  const uuid = newUuid();
  hooks.set(uuid, {
    uuid,
    created_at: at(1),
    url,
    description,
    active: true,
    events: [...events],
    secret: "",
    skip_cert_verification: false,
    history_enabled: false,
  });
}

/** A public key without a known private key. */
function deployKey(id: number, slug: string, label: string): DeployKey {
  const name = Buffer.from("ssh-ed25519");
  const bytes = createHash("sha256").update(slug).digest();
  const length = (part: Buffer) => Buffer.from([0, 0, 0, part.length]);
  const blob = Buffer.concat([length(name), name, length(bytes), bytes]);
  return { id, key: `ssh-ed25519 ${blob.toString("base64")}`, comment: "", label, added_on: at(1) };
}
