import { formatCount } from "../../errors/count";
import { adminsOf } from "./shared/access";
import type { AuditCheck } from "./shared/check";
import type { AuditSettings } from "./shared/settings";
import type { ProjectView, RepositoryView } from "./shared/views";

export const tooManyAdmins: AuditCheck = {
  id: "too-many-admins",
  title: "Many users with admin permission",
  area: "access",
  severity: "medium",
  why: "Every admin can make the repository public, remove its protection and delete it. Each admin account is a target.",
  fix: "Remove admin permission from users who do not require it, or grant it to a group whose members are reviewed.",
  benchmarks: [],
  needs: ["users"],
  project: (view, settings) => problems(view, settings),
  repository: (view, settings) => problems(view, settings),
};

function problems(view: ProjectView | RepositoryView, { maxAdmins }: AuditSettings) {
  const { length } = adminsOf(view);
  return length > maxAdmins
    ? [
        {
          subject: view.level,
          message: `has ${formatCount(length, "user")} with admin rights, and ${maxAdmins} at most are expected`,
        },
      ]
    : [];
}
