import { formatCount } from "../../errors/count";
import type { AuditCheck } from "./shared/check";
import { daysSince } from "./shared/settings";

export const inactiveRepository: AuditCheck = {
  id: "inactive-repository",
  title: "Inactive repository",
  area: "activity",
  severity: "low",
  why: "Nobody looks after what is in it: its dependencies, its keys and who has access.",
  fix: "Archive it, or delete it: `deletion: archive` moves it to a project for that.",
  benchmarks: [
    { source: "CIS", id: "1.2.7" },
    { source: "Scorecard", id: "Maintained" },
  ],
  needs: ["commits"],
  repository({ lastCommit }, settings) {
    if (lastCommit === undefined) return undefined;
    const days = daysSince(lastCommit, settings);
    return days > settings.inactiveDays
      ? [{ subject: "repository", message: `has had no commit for ${formatCount(days, "day")}` }]
      : [];
  },
};
