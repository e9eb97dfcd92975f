import { formatCount } from "../../errors/count";
import type { AuditCheck } from "./shared/check";
import { type AuditSettings, daysSince } from "./shared/settings";
import type { ProjectView, RepositoryView } from "./shared/views";

export const deployKeyAge: AuditCheck = {
  id: "deploy-key-age",
  title: "Old deploy key",
  area: "keys",
  severity: "medium",
  why: "The longer a key is in use, the more copies of it exist, and nobody knows who has one.",
  fix: "Create a new key where it is used, add it, and delete the old one.",
  benchmarks: [],
  needs: ["deployKeys"],
  project: (view, settings) => problems(view, settings),
  repository: (view, settings) => problems(view, settings),
};

function problems({ deployKeys }: ProjectView | RepositoryView, settings: AuditSettings) {
  return deployKeys.flatMap(({ id, label, addedOn }) => {
    const days = addedOn === undefined ? 0 : daysSince(addedOn, settings);
    return days > settings.keyDays
      ? [{ subject: `deploy key ${label || id}`, message: `was added ${formatCount(days, "day")} ago` }]
      : [];
  });
}
