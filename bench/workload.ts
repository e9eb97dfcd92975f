/** The measured workspaces: R repositories, bare or with four or five resources each. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { compiledProject } from "../src/scaffold/compiledProject";

/**
 * `common`: 1 webhook, 1 deploy key and 2 variables for each repository. `full`: 1 branch restriction more. `bare`:
 * repositories and projects only.
 */
export const workloads = ["full", "common", "bare"] as const;

export interface Workload {
  readonly name: (typeof workloads)[number];
  readonly repositories: number;
  readonly projects: number;
  readonly shards: number;
}

/**
 * Resources in one shard, about: each shard has processes of its own, which take some four seconds of a core. A compiled
 * program writes its state once, so that more resources do not cost more each.
 */
const shardSizes = { dynamic: 600, compiled: 1500 };

/** The resources of a repository, with itself. */
const repositorySizes: Readonly<Record<Workload["name"], number>> = { full: 6, common: 5, bare: 1 };

export function workloadOf(name: Workload["name"], repositories: number, isCompiled = false): Workload {
  const shardSize = shardSizes[isCompiled ? "compiled" : "dynamic"];
  const inShard = name === "bare" ? shardSize / 2 : shardSize / repositorySizes[name];
  const shards = Math.ceil(repositories / inShard);
  return { name, repositories, projects: Math.max(1, Math.round(repositories / 50)), shards };
}

/** A full workload of about so many resources, in one stack. */
export function workloadOfResources(resources: number): Workload {
  const repositories = Math.max(1, Math.round((resources - resources / 300) / 6));
  return { ...workloadOf("full", repositories), shards: 1 };
}

/** The number of its resources. */
export function resourcesOf({ name, repositories, projects }: Workload): number {
  return projects + repositories * repositorySizes[name];
}

/** The stack's YAML. `changed`: with another description of one repository. */
export function yamlOf(workload: Workload, changed = false): string {
  const { name, repositories, projects, shards } = workload;
  const lines = [
    "workspace: acme",
    ...(shards > 1 ? [`shards: { into: ${shards} }`] : []),
    "defaults:",
    "  repository: { deletion: allow }",
    "  project: { deletion: allow }",
    "projects:",
    ...Array.from({ length: projects }, (_, index) => `  P${index}: { name: Project ${index} }`),
    "repositories:",
  ];
  for (let index = 0; index < repositories; index += 1) {
    const description = changed && index === 0 ? "changed" : `Service ${index}`;
    lines.push(`  service-${index}:`, `    project: P${index % projects}`, `    description: ${description}`);
    if (name === "bare") continue;
    lines.push(
      `    webhooks: { ci: { url: "https://ci.example.com/${index}", events: [repo:push] } }`,
      `    deployKeys: { deploy: { key: ${publicKey(index)} } }`,
      `    variables: { LOG_LEVEL: info, REGION: eu-west-1 }`,
    );
    if (name === "full") lines.push(`    branchRestrictions: { no-force: { kind: force, pattern: main } }`);
  }
  return `${lines.join("\n")}\n`;
}

/** An Ed25519 public key for each repository: the service accepts a key only once. */
function publicKey(index: number): string {
  const bytes = Buffer.alloc(51);
  bytes.writeUInt32BE(11, 0);
  bytes.write("ssh-ed25519", 4);
  bytes.writeUInt32BE(32, 15);
  bytes.writeUInt32BE(index + 1, 19);
  return `ssh-ed25519 ${bytes.toString("base64")}`;
}

/** A user's project in a new folder, as after `npm install bitbucket-as-code`. */
export function writeProject(folder: string, packageRoot: string, isCompiled = false): void {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  mkdirSync(join(folder, "state"));
  mkdirSync(join(folder, "stacks"));
  symlinkSync(join(packageRoot, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  symlinkSync(packageRoot, join(folder, "node_modules", "bitbucket-as-code"));
  write(folder, "package.json", '{ "name": "bench", "private": true }\n');
  if (isCompiled) {
    write(folder, "Pulumi.yaml", stringify({ name: "bitbucket", ...compiledProject() }));
    return;
  }
  write(folder, "index.js", 'module.exports = require("bitbucket-as-code/program");\n');
  write(folder, "Pulumi.yaml", pulumiYaml("bitbucket"));
}

/** A program with as many resources whose provider does nothing: it measures the engine alone. */
export function writeNoop(folder: string, packageRoot: string, resources: number): void {
  mkdirSync(join(folder, "state"), { recursive: true });
  mkdirSync(join(folder, "node_modules", "noop"), { recursive: true });
  symlinkSync(join(packageRoot, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  write(
    folder,
    "node_modules/noop/index.js",
    `module.exports = {
  async check(_, news) { return { inputs: news }; },
  async diff() { return { changes: false }; },
  async create(inputs) { return { id: inputs.name, outs: inputs }; },
  async read(id, props) { return { id, props }; },
  async update(_id, _olds, news) { return { outs: news }; },
  async delete() {},
};
`,
  );
  write(
    folder,
    "index.js",
    `const pulumi = require("@pulumi/pulumi");
for (let index = 0; index < ${resources}; index += 1) {
  new pulumi.CustomResource("pulumi-nodejs:noop:Thing", "thing-" + index, {
    name: "thing-" + index, description: "a thing", workspace: "acme",
    __provider: 'exports.handler=()=>require("noop")',
  });
}
`,
  );
  write(folder, "package.json", '{ "name": "noop", "private": true }\n');
  write(folder, "Pulumi.yaml", pulumiYaml("noop"));
}

function pulumiYaml(name: string): string {
  return `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\noptions:\n  refresh: always\n`;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
