import { userName } from "./shared/access";
import type { AuditCheck } from "./shared/check";

export const directAccess: AuditCheck = {
  id: "direct-access",
  title: "Users with direct access",
  area: "access",
  severity: "low",
  why: "Permissions that are granted directly are easily forgotten when the user changes teams, because no group shows them.",
  fix: "Grant the permission to a group, and remove the user's own permission.",
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
