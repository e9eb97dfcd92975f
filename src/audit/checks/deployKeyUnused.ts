import { formatCount } from "../../errors/count";
import type { AuditCheck } from "./shared/check";
import { type AuditSettings, daysSince } from "./shared/settings";
import type { AuditedKey, ProjectView, RepositoryView } from "./shared/views";

export const deployKeyUnused: AuditCheck = {
  id: "deploy-key-unused",
  title: "Unused deploy key",
  area: "keys",
  severity: "medium",
  why: "An unused key has no benefit, but whoever finds it can read the repository.",
  fix: "Delete the key.",
  benchmarks: [],
  needs: ["deployKeys"],
  project: (view, settings) => problems(view, settings),
  repository: (view, settings) => problems(view, settings),
};

function problems({ deployKeys }: ProjectView | RepositoryView, settings: AuditSettings) {
  return deployKeys.flatMap((key) => {
    const message = unusedFor(key, settings);
    return message === undefined ? [] : [{ subject: `deploy key ${key.label || key.id}`, message }];
  });
}

/** Of a key that was never used, the time since it was added counts: it may be meant for tomorrow. */
function unusedFor({ addedOn, lastUsed }: AuditedKey, settings: AuditSettings): string | undefined {
  const since = lastUsed === null ? addedOn : lastUsed;
  if (since === undefined) return undefined;
  const days = daysSince(since, settings);
  if (days <= settings.unusedDays) return undefined;
  return lastUsed === null
    ? `was never used in ${formatCount(days, "day")}`
    : `was last used ${formatCount(days, "day")} ago`;
}
