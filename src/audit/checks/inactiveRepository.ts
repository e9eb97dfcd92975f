import { formatCount } from "../../errors/count";
import type { AuditCheck } from "./shared/check";
import { daysSince } from "./shared/settings";

export const inactiveRepository: AuditCheck = {
  id: "inactive-repository",
  title: "Inactive repository",
  area: "activity",
  severity: "low",
  why: "Nobody maintains its dependencies, its keys and its permissions.",
  fix: "Archive it or delete it. `deletion: archive` moves it to another project.",
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
