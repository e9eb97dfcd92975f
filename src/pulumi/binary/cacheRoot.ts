/** Where this package keeps what it can do without. */
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of this user's cache. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  if (env.BITBUCKET_AS_CODE_CACHE) return env.BITBUCKET_AS_CODE_CACHE;
  const home = env.HOME ?? homedir();
  if (process.platform === "win32")
    return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "bitbucket-as-code");
  if (process.platform === "darwin") return join(home, "Library", "Caches", "bitbucket-as-code");
  return join(env.XDG_CACHE_HOME ?? join(home, ".cache"), "bitbucket-as-code");
}
