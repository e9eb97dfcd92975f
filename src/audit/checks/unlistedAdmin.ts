import { adminsOf, userName, userUuid } from "./shared/access";
import type { AuditCheck } from "./shared/check";
import type { AuditSettings } from "./shared/settings";
import type { ProjectView, RepositoryView } from "./shared/views";

export const unlistedAdmin: AuditCheck = {
  id: "unlisted-admin",
  title: "An admin who is not on the list",
  area: "access",
  severity: "high",
  why: "A user who is not on the list of expected admins has admin permission.",
  fix: "Remove the admin permission, or add the user to the list.",
  benchmarks: [],
  needs: ["users"],
  skip: ({ admins }) => (admins === undefined ? "name the users who may be admins with --admins" : undefined),
  project: (view, settings) => problems(view, settings),
  repository: (view, settings) => problems(view, settings),
};

function problems(view: ProjectView | RepositoryView, { admins }: AuditSettings) {
  return adminsOf(view)
    .filter((permission) => admins?.has(userUuid(permission)) === false)
    .map((object) => ({
      subject: `user ${userName(view, object)}`,
      message: "has admin rights and is not on the list",
      object,
    }));
}
