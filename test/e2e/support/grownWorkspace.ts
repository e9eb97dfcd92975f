/**
 * A workspace that has grown over years, created through the HTTP API alone. It shares no code with this
 * project: what it creates and what the importer reads must not agree by mistake.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";

export interface GrownOptions {
  /** The API, including /2.0. */
  readonly url: string;
  readonly authorization: string;
  readonly repositories: number;
  /** Variables in the single repository that has far too many. */
  readonly variables: number;
}

export interface Grown {
  /** The UUIDs of repositories, by slug. */
  readonly repositories: ReadonlyMap<string, string>;
  readonly projects: readonly string[];
}

type Send = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

const projects = ["PLAT", "SVC", "DATA", "WEB", "OPS", "LEGACY", "LAB", "EMPTY", "EMPTY_TOO"];

/** Names that YAML would misinterpret, or that are hard to write to files. */
const oddNames = [
  "null",
  "true",
  "1.10",
  "0x1f",
  "2024-01-01",
  "~tilde",
  "Größe & Maß",
  "日本語 repo",
  'it\'s "quoted"',
  "# no comment",
  "key: value",
  "- dash",
  "[list]",
  "{map}",
  "*alias",
  "&anchor",
  "!tag",
  "%percent",
  "@at",
  "emoji 🚀 name",
  "no",
  "a, b; c",
];

const odd = [
  "plain",
  "",
  " leading and trailing ",
  "with: colon # and hash",
  "'single' \"double\"",
  "multi\nline\n\ttext\n",
  "- not a list",
  "{ not: a map }",
  "ünïcödé ☃ 日本語",
  "1e3",
  "null",
  "yes",
  "\\backslash\\n",
  "trailing newline\n\n",
  "tab\there",
  "%TAG ! x",
  "| block",
  "> folded",
  "key: [ padded ]",
];

export async function grow(options: GrownOptions): Promise<Grown> {
  const send = sender(options);
  const member = async (nickname: string) => {
    const { values } = (await send("GET", "/workspaces/acme/members?pagelen=100")) as {
      values: { user: { uuid: string; nickname: string } }[];
    };
    return values.find(({ user }) => user.nickname === nickname)?.user.uuid ?? "";
  };
  const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map(member));
  await ofWorkspace(send);
  for (const key of projects) await project(send, key, [alice ?? "", bob ?? ""]);
  const made = new Map<string, string>();
  const names = Array.from({ length: options.repositories }, (_, index) => nameOf(index));
  await inParallel(names, 12, async (name, index) => {
    const slug = await repository(send, name, index, {
      alice: alice ?? "",
      bob: bob ?? "",
      carol: carol ?? "",
    });
    made.set(slug.slug, slug.uuid);
  });
  await fork(send, made);
  await manyVariables(send, made.get("svc-0") ?? "", options.variables);
  return { repositories: made, projects };
}

/** This many repositories include every odd name and every odd description. */
export const repositoriesForAll = 78;

function nameOf(index: number): string {
  if (index % 3 === 2) return `${oddNames[Math.floor(index / 3) % oddNames.length]} ${index}`;
  if (index % 3 === 0) return `svc-${index}`;
  return index % 2 === 1 ? `lib-${index}` : `Tool ${index}`;
}

function sender({ url, authorization }: GrownOptions): Send {
  return async (method, path, body) => {
    const form = body instanceof FormData;
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization,
        ...(form || body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  };
}

async function ofWorkspace(send: Send): Promise<void> {
  await send(
    "POST",
    "/workspaces/acme/hooks",
    hook("audit", ["repo:created", "repo:deleted"], "audit-secret"),
  );
  await send("POST", "/workspaces/acme/hooks", hook("", ["repo:push"]));
  for (const [index, value] of odd.entries())
    await send("POST", "/workspaces/acme/pipelines-config/variables", { key: `ODD_${index}`, value });
  await send("POST", "/workspaces/acme/pipelines-config/variables", {
    key: "TOKEN",
    value: "x",
    secured: true,
  });
  await send("POST", "/workspaces/acme/pipelines-config/runners", {
    name: "big",
    labels: ["self.hosted", "linux"],
  });
}

async function project(send: Send, key: string, reviewers: readonly string[]): Promise<void> {
  await send("POST", "/workspaces/acme/projects", {
    key,
    name: key === "LAB" ? "Lab: 'experiments' & \"more\" 🧪" : key[0] + key.slice(1).toLowerCase(),
    description: key === "DATA" ? long(250) : "",
    is_private: key !== "WEB",
  });
  const path = `/workspaces/acme/projects/${key}`;
  if (key.startsWith("EMPTY")) return;
  await send("PUT", `${path}/permissions-config/groups/developers`, { permission: "write" });
  await send("PUT", `${path}/permissions-config/users/${encodeURIComponent(reviewers[1] ?? "")}`, {
    permission: "create-repo",
  });
  if (key !== "PLAT") return;
  for (const user of reviewers) await send("PUT", `${path}/default-reviewers/${encodeURIComponent(user)}`);
  await send("POST", `${path}/deploy-keys`, { key: publicKey(), label: "mirror" });
  await send("PUT", `${path}/branching-model/settings`, {
    development: { use_mainbranch: true },
    branch_types: [{ kind: "bugfix", enabled: false, prefix: "bugfix/" }],
  });
}

async function repository(
  send: Send,
  name: string,
  index: number,
  users: { alice: string; bob: string; carol: string },
): Promise<{ slug: string; uuid: string }> {
  const slug = `${name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9_.-]+/g, "-")
    .replace(/^-+|-+$/g, "")}`;
  const isPrivate = projects[index % 7] !== "WEB" || index % 2 === 0;
  const made = (await send("POST", `/repositories/acme/${encodeURIComponent(slug || `repo-${index}`)}`, {
    scm: "git",
    name,
    is_private: isPrivate,
    project: { key: projects[index % 7] },
    description:
      index % 10 === 5
        ? long(250)
        : index % 4 === 0
          ? (odd[(index / 4) % odd.length] ?? "").replace(/[\n\t]/g, " ")
          : "",
    ...(index % 5 === 0 ? { language: "java" } : {}),
    // A public repository accepts no other policy than allow_forks.
    ...(index % 5 === 0 && isPrivate ? { fork_policy: "no_public_forks" } : {}),
  })) as { slug: string; uuid: string };
  const path = `/repositories/acme/${encodeURIComponent(made.uuid)}`;
  if (index % 17 === 16) return made;
  await content(send, path);
  await send("PUT", `${path}/permissions-config/groups/developers`, { permission: "write" });
  if (index % 3 === 0) await service(send, path);
  if (index % 16 === 0) await everything(send, path, index, users);
  return made;
}

/** The common settings of repositories called svc-…. */
async function service(send: Send, path: string): Promise<void> {
  await send("PUT", `${path}/pipelines_config`, { enabled: true });
  await send("POST", `${path}/hooks`, hook("ci", ["repo:push", "pullrequest:created"]));
  await send(
    "POST",
    `${path}/branch-restrictions`,
    restriction("push", "main", { groups: [{ slug: "developers" }] }),
  );
  await send("POST", `${path}/pipelines_config/variables`, { key: "LOG_LEVEL", value: "info" });
}

async function everything(
  send: Send,
  path: string,
  index: number,
  { alice, bob, carol }: { alice: string; bob: string; carol: string },
): Promise<void> {
  await send("PUT", `${path}/pipelines_config`, { enabled: true });
  await send("PUT", `${path}/permissions-config/users/${encodeURIComponent(bob)}`, { permission: "write" });
  await send("PUT", `${path}/permissions-config/users/${encodeURIComponent(carol)}`, { permission: "admin" });
  await send("PUT", `${path}/default-reviewers/${encodeURIComponent(alice)}`);
  await send("PUT", `${path}/default-reviewers/${encodeURIComponent(bob)}`);
  await send("PUT", `${path}/override-settings`, {
    override_settings: {
      branching_model: true,
      default_merge_strategy: index % 32 === 0,
      branch_restrictions: false,
    },
  });
  await send("PUT", `${path}/branching-model/settings`, {
    development: { name: "develop", use_mainbranch: false },
    production: { use_mainbranch: true, enabled: true },
    branch_types: [{ kind: "feature", enabled: true, prefix: "feat/" }],
    default_branch_deletion: true,
  });
  for (const [kind, more] of [
    ["require_approvals_to_merge", { value: 2 }],
    ["delete", {}],
    ["restrict_merges", { users: [{ uuid: bob }] }],
    ["require_passing_builds_to_merge", { value: 1 }],
  ] as const)
    await send("POST", `${path}/branch-restrictions`, restriction(kind, "release/*", more));
  await send("POST", `${path}/branch-restrictions`, {
    kind: "force",
    branch_match_kind: "branching_model",
    branch_type: "production",
    users: [],
    groups: [],
  });
  await send("POST", `${path}/hooks`, hook(`chat ${odd[4]}`, ["repo:push"], "s3cret"));
  await send("POST", `${path}/hooks`, {
    ...hook(long(200), ["repo:fork"]),
    active: false,
    url: "https://old.example.com/a?b=c&d=#f",
  });
  await send("POST", `${path}/deploy-keys`, { key: `${publicKey()} deploy@host`, label: "deploy: key" });
  await send("POST", `${path}/deploy-keys`, { key: publicKey(), label: "" });
  for (const [at, value] of odd.entries())
    await send("POST", `${path}/pipelines_config/variables`, { key: `ODD_${at}`, value });
  await send("POST", `${path}/pipelines_config/variables`, {
    key: "DEPLOY_TOKEN",
    value: "geheim",
    secured: true,
  });
  for (const [name, type] of [
    ["Test", "Test"],
    ["Staging: EU", "Staging"],
    ["Production", "Production"],
  ]) {
    const environment = await send("POST", `${path}/environments`, {
      name,
      environment_type: { name: type },
    });
    const place = `${path}/deployments_config/environments/${encodeURIComponent(String(environment.uuid))}/variables`;
    await send("POST", place, { key: "REGION", value: "eu" });
    await send("POST", place, { key: "PASSWORD", value: "geheim", secured: true });
    if (type === "Production")
      await send("POST", `${path}/environments/${encodeURIComponent(String(environment.uuid))}/changes`, {
        change: { name, restrictions: { admin_only: true } },
      });
  }
  for (const [enabled, pattern] of [
    [true, "nightly"],
    [false, "weekly"],
  ] as const) {
    const schedule = await send("POST", `${path}/pipelines_config/schedules`, {
      enabled: true,
      cron_pattern: "0 0 2 * * ? *",
      target: {
        type: "pipeline_ref_target",
        ref_type: "branch",
        ref_name: "main",
        selector: { type: "custom", pattern },
      },
    });
    if (!enabled)
      await send("PUT", `${path}/pipelines_config/schedules/${encodeURIComponent(String(schedule.uuid))}`, {
        enabled,
      });
  }
  await send("PUT", `${path}/pipelines_config/ssh/key_pair`, keyPair());
  const [key_type, key] = publicKey().split(" ");
  await send("POST", `${path}/pipelines_config/ssh/known_hosts`, {
    type: "pipeline_known_host",
    hostname: "[git.example.com]:2222",
    public_key: { type: "pipeline_ssh_public_key", key_type, key },
  });
  await send("POST", `${path}/pipelines-config/runners`, {
    name: `runner ${index}`,
    labels: ["self.hosted", "arm64"],
  });
}

async function content(send: Send, path: string): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ "/README.md": "Hello", message: "Start", branch: "main" }))
    form.append(name, value);
  await send("POST", `${path}/src`, form);
  await send("POST", `${path}/refs/branches`, { name: "develop", target: { hash: "main" } });
}

async function fork(send: Send, made: Map<string, string>): Promise<void> {
  const parent = made.get("lib-1");
  if (!parent) return;
  const found = (await send("POST", `/repositories/acme/${encodeURIComponent(parent)}/forks`, {
    name: "lib-1-fork",
    workspace: { slug: "acme" },
    project: { key: "LAB" },
  })) as { slug: string; uuid: string };
  made.set(found.slug, found.uuid);
}

async function manyVariables(send: Send, uuid: string, count: number): Promise<void> {
  const place = `/repositories/acme/${encodeURIComponent(uuid)}/pipelines_config/variables`;
  await inParallel(Array.from({ length: count }), 12, async (_, index) => {
    await send("POST", place, {
      key: `VARIABLE_${index}`,
      value: index % 100 === 0 ? `secured value ${index}.` : `value ${index}`,
      secured: index % 100 === 0,
    });
  });
}

function hook(description: string, events: readonly string[], secret?: string) {
  const url = `https://${description ? "hooks" : "nameless"}.example.com/${encodeURIComponent(description).slice(0, 40)}`;
  return { url, description, active: true, events, ...(secret === undefined ? {} : { secret }) };
}

function restriction(kind: string, pattern: string, more: object) {
  return { kind, branch_match_kind: "glob", pattern, ...more };
}

function long(length: number): string {
  const text =
    'A description that somebody took great care with: it says what it is for, "who" looks after it & why. ';
  return text
    .repeat(10)
    .slice(0, length - 1)
    .concat(".");
}

function publicKey(): string {
  const type = Buffer.from("ssh-ed25519");
  const size = (buffer: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(buffer.length);
    return Buffer.concat([head, buffer]);
  };
  return `ssh-ed25519 ${Buffer.concat([size(type), size(randomBytes(32))]).toString("base64")}`;
}

function keyPair(): { private_key: string; public_key: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    public_key: publicKey(),
  };
}

async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
