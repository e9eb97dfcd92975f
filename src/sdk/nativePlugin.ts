/** Where the engine finds the native provider's plugin, before a program registers resources of it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, relative, sep } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot, UserError } from "../errors";
import { nativePackage } from "../model/typeToken";

const executable = `pulumi-resource-${nativePackage}`;

/** https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
const projectFile = z.object({
  plugins: z.object({ providers: z.array(z.object({ name: z.string() })).nullish() }).nullish(),
  packages: z.record(z.string(), z.unknown()).nullish(),
});

/** The lines of Pulumi.yaml with which the engine finds the plugin of this package. */
export function pluginLines(folder: string): readonly string[] {
  const path = relative(folder, join(packageRoot, "plugin")).split(sep).join("/");
  return ["plugins:", "  providers:", `    - name: ${nativePackage}`, `      path: ${path}`];
}

/** The engine would say that it cannot download the plugin. */
class NoPluginError extends UserError {
  constructor(folder: string) {
    super(
      [
        `${nativePackage}:provider is "native", and Pulumi does not find the plugin ${executable}. Nothing was changed. Add these lines to ${join(folder, "Pulumi.yaml")}:`,
        ...pluginLines(folder),
        'Or run "npx bitbucket-as-code up", which brings the plugin along.',
      ].join("\n"),
    );
  }
}

/**
 * Checks that the engine finds the plugin: on PATH, in Pulumi.yaml, or installed by `pulumi plugin install`.
 *
 * @param folder The folder of Pulumi.yaml.
 * @param env Of the engine, which programs inherit.
 * @throws {UserError} that names the lines to add to Pulumi.yaml.
 */
export function requirePlugin(folder: string, env: NodeJS.ProcessEnv): void {
  if (!findsPlugin(folder, env)) throw new NoPluginError(folder);
}

/** Whether an engine with this environment finds the plugin. */
export function findsPlugin(folder: string, env: NodeJS.ProcessEnv): boolean {
  const isAttached = (env.PULUMI_DEBUG_PROVIDERS ?? "").includes(`${nativePackage}:`);
  return isAttached || isOnPath(env) || isInProject(folder) || isInstalled(env);
}

function isOnPath(env: NodeJS.ProcessEnv): boolean {
  const names = process.platform === "win32" ? [`${executable}.exe`, `${executable}.cmd`] : [executable];
  return (env.PATH ?? "")
    .split(delimiter)
    .some((folder) => folder !== "" && names.some((name) => existsSync(join(folder, name))));
}

function isInProject(folder: string): boolean {
  try {
    const { plugins, packages } = projectFile.parse(parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")));
    return (
      plugins?.providers?.some(({ name }) => name === nativePackage) === true ||
      nativePackage in (packages ?? {})
    );
  } catch {
    // What is wrong with the file is the engine's to say.
    return true;
  }
}

function isInstalled(env: NodeJS.ProcessEnv): boolean {
  const home = env.PULUMI_HOME || join(env.HOME || homedir(), ".pulumi");
  try {
    return readdirSync(join(home, "plugins")).some((name) => name.startsWith(`resource-${nativePackage}-v`));
  } catch {
    return false;
  }
}
