/** What an engine says about a state, without secrets. */
import { maskedSecret } from "../errors";

/** Redacts the environment's secrets, and the credentials in URLs. */
export function redactState(text: string, env: NodeJS.ProcessEnv): string {
  const secrets = Object.entries(env)
    .filter(([name, value]) => /TOKEN|SECRET|PASS|KEY|CREDENTIAL/i.test(name) && (value?.length ?? 0) >= 6)
    .map(([, value]) => value ?? "")
    .sort((a, b) => b.length - a.length);
  return secrets
    .reduce((rest, secret) => rest.replaceAll(secret, maskedSecret), text)
    .replace(/\/\/[^/\s@]+@/g, "//");
}
