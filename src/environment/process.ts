/** The environment of this process. Nothing else in this package reads or changes it. */
import { variable } from "./variables";
import type { Env } from "./variableText";

/** The current environment: a command's options, and tests, change it while the process runs. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** Sets variables for the rest of this process and for the processes that it starts. */
export function setVariables(values: Readonly<Record<string, string>>): void {
  Object.assign(process.env, values);
}

/** Returns a variable, and hides it from the processes that this one starts. */
export function takeVariable(name: string): string | undefined {
  const value = process.env[name];
  delete process.env[name];
  return value;
}

/** The environment with which a client refuses to send anything but GET. */
export function readOnlyEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, BITBUCKET_READ_ONLY: "1" };
}

/** The level of `BITBUCKET_LOG`. An unknown word means none here: this is used to show errors. */
export function logLevel(env: Env = process.env): "requests" | "debug" | undefined {
  try {
    return variable("BITBUCKET_LOG", env);
  } catch {
    return undefined;
  }
}

/** Whether errors are shown with their stacks. */
export function isDebugging(): boolean {
  return logLevel() === "debug";
}
