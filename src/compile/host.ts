/**
 * What Pulumi's YAML host hands to a compiler in its environment.
 * https://github.com/pulumi/pulumi-yaml/blob/main/pkg/server/server.go
 */
import { z } from "zod";
import { environment, takeVariable } from "../environment";
import { UserError } from "../errors";
import { type ConfigLookup, readSetting } from "../provider/configLookup";

/** The running operation, as the host describes it. */
export interface HostContext {
  readonly project: string;
  /** The name of the Pulumi stack. */
  readonly stack: string;
  /** The stack's configuration, decrypted, by whole keys: `bitbucket:token`. */
  readonly config: ReadonlyMap<string, string>;
}

/** A stack without configuration has `null`. */
const configSchema = z.record(z.string(), z.string()).nullable();

/**
 * Returns the context; undefined where the host only asks which packages the program needs, and gives none.
 * The configuration, with its secrets, is hidden from the processes that this one starts.
 *
 * @throws {UserError} if the context is incomplete.
 */
export function takeHostContext(): HostContext | undefined {
  const config = takeVariable("PULUMI_CONFIG");
  if (config === undefined) return undefined;
  const { PULUMI_PROJECT: project, PULUMI_STACK: stack } = environment();
  if (!project || !stack)
    throw new UserError(
      "PULUMI_PROJECT or PULUMI_STACK is missing. Pulumi's YAML host runs this command: see docs/how-to/compile.md.",
    );
  return { project, stack, config: new Map(Object.entries(parseConfig(config))) };
}

function parseConfig(text: string): Readonly<Record<string, string>> {
  try {
    return configSchema.parse(JSON.parse(text)) ?? {};
  } catch {
    throw new UserError("PULUMI_CONFIG is not the configuration that Pulumi's YAML host passes on.");
  }
}

/** A value of the project's own configuration. */
export function projectConfig({ project, config }: HostContext): (key: string) => string | undefined {
  return (key) => config.get(`${project}:${key}`);
}

const prefix = "bitbucket:";

/** A setting of this package, `bitbucket:token`, in the namespaces of both front ends. */
export function packageSettings({ config }: Pick<HostContext, "config">): ConfigLookup {
  const get = (key: string) => config.get(key);
  return (key) => (key.startsWith(prefix) ? readSetting(get, key.slice(prefix.length)) : get(key));
}
