/** Language hosts that an engine built from Go modules lacks. Pulumi's own installations include them. */
import { delimiter, join } from "node:path";
import { type BuildOptions, ensureProgram, type GoProgram, isProgram, programFile } from "./goProgram";

/** The last version of each that can be built from its module alone. */
const hosts = {
  yaml: {
    name: "pulumi-language-yaml",
    version: "1.25.0",
    module: "yaml-host",
    packageName: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
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

export type HostName = keyof typeof hosts;

/**
 * Returns a folder with the host of a language: from PATH, from an earlier build, or newly built.
 *
 * @throws {Error} if there is none and it cannot be built.
 */
export async function ensureHost(name: HostName, options: BuildOptions): Promise<string> {
  const host = hosts[name];
  for (const folder of (options.env.PATH ?? "").split(delimiter).filter(Boolean))
    if (await isProgram(programFile(host, folder))) return folder;
  return ensureProgram(host, options);
}
