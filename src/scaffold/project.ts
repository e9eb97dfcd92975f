/** The files of a new project, as data: `init` writes them, and the templates of `pulumi new` are made of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { packageRoot, packageVersion } from "../errors";
import { compiledProject } from "./compiledProject";

export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

export interface ProjectDescription {
  readonly workspace: string;
  readonly language: "yaml" | "typescript";
  /** What runs YAML: a Node.js program, or Pulumi's YAML host, for which it is compiled. Default: the first. */
  readonly program?: "node" | "compiled" | undefined;
  /** The version of Node.js that the project begins with. Default: this process's. */
  readonly node?: string | undefined;
  /** What installs the packages. Default: npm. */
  readonly packageManager?: PackageManager | undefined;
  /** The URL of the backend. Undefined: the one of `pulumi login`. */
  readonly backend?: string | undefined;
  /** The profile that the stack's credential comes from. Undefined: the first place that has one. */
  readonly profile?: string | undefined;
  /** How npm names the version of this package to install. Default: this exact version. */
  readonly source?: string | undefined;
}

const packageName = "bitbucket-as-code";

/**
 * Returns the text of each file, by its path in the project's folder. The stack and the project are named like
 * the workspace.
 */
export function projectFiles(description: ProjectDescription): ReadonlyMap<string, string> {
  const { workspace, profile } = description;
  return new Map([
    ["package.json", `${JSON.stringify({ private: true, ...packageSettings(description) }, null, 2)}\n`],
    ...(description.packageManager === "pnpm" ? [["pnpm-workspace.yaml", pnpmSettings] as const] : []),
    ["Pulumi.yaml", renderPulumiFile(description)],
    ...(profile === undefined
      ? []
      : [[`Pulumi.${workspace}.yaml`, stringify({ config: { "bitbucket:profile": profile } })] as const]),
    ...programFiles(description),
    [".gitignore", "node_modules/\nplan*.json\n.listen/\n"],
    ["README.md", renderReadme(description)],
  ]);
}

/** The files that hold the declarations, and what runs them. An import replaces those that are as they were written. */
export function programFiles({
  workspace,
  language,
  program,
}: ProjectDescription): ReadonlyMap<string, string> {
  return language === "yaml"
    ? new Map([
        ...(program === "compiled" ? [] : [["index.js", yamlProgram] as const]),
        [`stacks/${workspace}.yaml`, renderStack(workspace)],
      ])
    : new Map([
        ["index.ts", renderProgram(workspace)],
        ["tsconfig.json", compilerSettings],
      ]);
}

/** The last version of the SDK that supports Node.js 20. npm selects it by itself: it prefers versions for its Node.js. */
const sdkForNode20 = "~3.248.0";

function packageSettings(description: ProjectDescription): Record<string, Record<string, string | boolean>> {
  const { packageManager = "npm", node = process.versions.node } = description;
  const pinsSdk = packageManager !== "npm" && Number.parseInt(node, 10) < 22;
  const dependencies = dependenciesOf(description);
  if (pinsSdk && "@pulumi/pulumi" in dependencies) dependencies["@pulumi/pulumi"] = sdkForNode20;
  return {
    dependencies,
    // Yarn gives this package an SDK of its own otherwise, and refuses one for a newer Node.js.
    ...(pinsSdk && packageManager === "yarn" ? { resolutions: { "@pulumi/pulumi": sdkForNode20 } } : {}),
    // The script of protobufjs only checks versions. npm 11.19 and later warn about it unless it is decided.
    ...(packageManager === "npm" ? { allowScripts: { protobufjs: false } } : {}),
  };
}

function dependenciesOf({ source = packageVersion(), program }: ProjectDescription): Record<string, string> {
  if (program === "compiled") return { [packageName]: source };
  // The language host of Pulumi looks for the SDK beside the program: pnpm puts nothing there that is not named.
  return { "@pulumi/pulumi": sdkRange(), [packageName]: source };
}

/** Without it, `pnpm install` fails: https://pnpm.io/settings#allowbuilds */
const pnpmSettings = `packages: ["."]
# The script of protobufjs only checks versions. It does not have to run.
allowBuilds: { protobufjs: false }
`;

const manifest = z.object({ dependencies: z.object({ "@pulumi/pulumi": z.string() }) });

function sdkRange(): string {
  const text = readFileSync(join(packageRoot, "package.json"), "utf8");
  return manifest.parse(JSON.parse(text)).dependencies["@pulumi/pulumi"];
}

function renderPulumiFile({ workspace, language, program, backend }: ProjectDescription): string {
  const { options, ...compiled } = compiledProject();
  return [
    `name: ${quoteYaml(workspace)}`,
    `description: ${quoteYaml(describeWorkspace(workspace))}`,
    program === "compiled"
      ? stringify(compiled).trimEnd()
      : language === "yaml"
        ? "runtime: { name: nodejs, options: { typescript: false } }"
        : "runtime: nodejs",
    "# Previews and applies read the live workspace first.",
    `options: { refresh: ${options.refresh} }`,
    ...(backend === undefined ? [] : [`backend: { url: ${JSON.stringify(backend)} }`]),
    "",
  ].join("\n");
}

function describeWorkspace(workspace: string): string {
  return `The Bitbucket workspace ${workspace} as code`;
}

/** A name that YAML may take for a number, a date or a boolean. */
function quoteYaml(text: string): string {
  return stringify(text).trimEnd();
}

const yamlProgram = `// Runs the YAML in stacks/. This line is the whole program.
module.exports = require("${packageName}/program");
`;

function renderStack(workspace: string): string {
  return `# yaml-language-server: $schema=../node_modules/${packageName}/schema/stack.schema.json
workspace: ${quoteYaml(workspace)}

# To begin with something new, uncomment this. To begin with what exists: npx ${packageName} import ${workspace}
#
# projects:
#   TRY: { name: A first try }
# repositories:
#   hello-as-code:
#     project: TRY
#     description: Created from YAML
#     variables:
#       GREETING: hello
`;
}

function renderProgram(workspace: string): string {
  return `import * as bitbucket from "${packageName}";

const workspace = ${JSON.stringify(workspace)};

// A preview shows it: the credential works.
export const name = bitbucket.getWorkspace({ workspace }).then((found) => found.name);

// To begin with something new, uncomment this. To begin with what exists:
// npx ${packageName} import ${workspace} --into-program index.ts
//
// const project = new bitbucket.Project("try", { workspace, key: "TRY", name: "A first try" });
// const repository = new bitbucket.Repository("hello-as-code", {
//   workspace,
//   name: "hello-as-code",
//   project: project.key,
//   description: "Created from TypeScript",
// });
`;
}

/** For the compiler that Pulumi brings, 3.8, and for the editor's, which is newer. */
const compilerSettings = `{
  "compilerOptions": {
    "target": "es2020",
    "module": "commonjs",
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "files": ["index.ts"]
}
`;

function renderReadme({ workspace, language }: ProjectDescription): string {
  const source = language === "yaml" ? `stacks/${workspace}.yaml` : "index.ts";
  const commands =
    language === "yaml"
      ? [
          `npx ${packageName} preview ${workspace}   # what would change: reads, and changes nothing`,
          `npx ${packageName} up ${workspace}        # the same, then asks, then changes it`,
        ]
      : [
          `pulumi preview --stack ${workspace}   # what would change: reads, and changes nothing`,
          `pulumi up --stack ${workspace}        # the same, then asks, then changes it`,
        ];
  return `# ${describeWorkspace(workspace)}

\`${source}\` declares the desired state of the workspace. After \`npm install\`:

\`\`\`sh
${commands.join("\n")}
\`\`\`

The credential comes from \`BITBUCKET_EMAIL\` and \`BITBUCKET_TOKEN\`, or from a profile: \`npx ${packageName} auth status\`.
`;
}
