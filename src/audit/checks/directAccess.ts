import { userName } from "./shared/access";
import type { AuditCheck } from "./shared/check";

export const directAccess: AuditCheck = {
  id: "direct-access",
  title: "Users with access beside their groups",
  area: "access",
  severity: "low",
  why: "Access that is given to a user directly is forgotten when the user changes teams: no group shows it.",
  fix: "Give the access to a group, and remove the user's own permission.",
  benchmarks: [],
  needs: ["users", "groups"],
  repository(view) {
    const { users, groups } = view;
    // Without groups, users are the only way.
    if (groups.length === 0) return [];
    return users.map((object) => ({
      subject: `user ${userName(view, object)}`,
      message: `has ${object.found.args.permission} access directly, beside the groups`,
      object,
    }));
  },
};
