/** Checks whether plain `pulumi` finds the native provider, which the commands of this package bring along. */
import { delimiter, join } from "node:path";
import { findsPlugin, pluginLines } from "../sdk/nativePlugin";
import { type DoctorFinding, note, ok } from "./finding";

export interface PluginUse {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** Why the engine needs the plugin: `the state holds …`. Undefined: it does not. */
  readonly reason: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export function checkPlugin({ root, reason, env }: PluginUse): DoctorFinding[] {
  if (reason === undefined) return [];
  // npx puts the programs of installed packages on PATH for this process alone.
  const path = (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !/[/\\]node_modules[/\\]\.bin$/.test(folder));
  if (findsPlugin(root, { ...env, PATH: path.join(delimiter) }))
    return [ok("plugin", "Plain pulumi finds the native provider's plugin")];
  return [
    note(
      "plugin",
      `Plain pulumi commands fail with "could not load" the provider: ${reason}, and they do not find the plugin. The commands of bitbucket-as-code bring it along`,
      `Add these lines to ${join(root, "Pulumi.yaml")}:\n${pluginLines(root)
        .map((line) => `        ${line}`)
        .join("\n")}`,
    ),
  ];
}
