/** The backend that `pulumi login` has chosen on this machine. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Env } from "../environment";

const logins = z.object({ current: z.string().optional() });

/**
 * Returns the URL of the backend that Pulumi uses where a project names none; undefined if there is no login.
 * https://www.pulumi.com/docs/iac/cli/environment-variables/
 */
export function readCurrentBackend(env: Env): string | undefined {
  if (env.PULUMI_BACKEND_URL) return env.PULUMI_BACKEND_URL;
  const folder = env.PULUMI_CREDENTIALS_PATH ?? env.PULUMI_HOME ?? join(env.HOME || homedir(), ".pulumi");
  const file = join(folder, "credentials.json");
  if (!existsSync(file)) return undefined;
  try {
    return logins.parse(JSON.parse(readFileSync(file, "utf8"))).current || undefined;
  } catch {
    return undefined;
  }
}
