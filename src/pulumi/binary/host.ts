/** Language hosts that an engine built from Go modules lacks. Pulumi's own installations include them. */
import { delimiter, join } from "node:path";
import { type BuildOptions, ensureProgram, type GoProgram, isProgram, programFile } from "./goProgram";
import { yamlHostPatches } from "./hostPatches";

/** The last version of each that can be built from its module alone, and after a dash that of its patches. */
const hosts = {
  yaml: {
    name: "pulumi-language-yaml",
    version: "1.25.0-4",
    module: "yaml-host",
    packageName: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    patches: yamlHostPatches,
  },
  go: {
    name: "pulumi-language-go",
    version: "3.60.0",
    module: "go-host",
    packageName: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
  },
  python: {
    name: "pulumi-language-python",
    version: "3.68.0",
    module: "language-host",
    packageName: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    script: join("..", "pulumi-language-python-exec"),
  },
} as const satisfies Readonly<Record<string, GoProgram>>;

type HostName = keyof typeof hosts;

/**
 * Tells whether the engine that runs here has Pulumi's YAML host. Every one has it, or is given it, except an
 * installation on PATH that leaves it out, as some distributions' packages do.
 */
export async function hasYamlHost(env: NodeJS.ProcessEnv): Promise<boolean> {
  return (
    (await findOnPath("pulumi", env)) === undefined || (await findOnPath(hosts.yaml.name, env)) !== undefined
  );
}

async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env.PATH ?? "").split(delimiter).filter(Boolean))
    if (await isProgram(programFile({ name }, folder))) return folder;
  return undefined;
}

/**
 * Returns a folder with the host of a language: from PATH, from an earlier build, or newly built.
 *
 * @throws {Error} if there is none and it cannot be built.
 */
export async function ensureHost(name: HostName, options: BuildOptions): Promise<string> {
  const host = hosts[name];
  return (await findOnPath(host.name, options.env)) ?? ensureProgram(host, options);
}
