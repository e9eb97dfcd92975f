import { userUuid } from "./shared/access";
import type { AuditCheck } from "./shared/check";
import type { ProjectView, RepositoryView } from "./shared/views";

export const leaverAccess: AuditCheck = {
  id: "leaver-access",
  title: "Access of a user who is not a member",
  area: "access",
  severity: "critical",
  why: "A user who left the workspace, or was never in it, still has access.",
  fix: "Remove the permission.",
  benchmarks: [{ source: "CIS", id: "1.3.1" }],
  needs: ["users", "members"],
  project: (view) => problems(view),
  repository: (view) => problems(view),
};

function problems({ users, workspace }: ProjectView | RepositoryView) {
  return users
    .filter((permission) => !workspace.members.has(userUuid(permission)))
    .map((object) => ({
      subject: `user ${object.found.id}`,
      message: `has ${object.found.args.permission} access and is no member of the workspace`,
      object,
    }));
}
