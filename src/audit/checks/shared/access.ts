/** Who may do what, for the checks of access. */
import { toCanonicalUuid } from "../../../kinds/uuid";
import type { SurveyedObject } from "../../../live";
import type { ProjectView, RepositoryView } from "./views";

type Access = ProjectView | RepositoryView;

/** Permissions of users with admin rights, as granted there directly. */
export function adminsOf({ users }: Access): readonly SurveyedObject[] {
  return users.filter(({ found }) => found.args.permission === "admin");
}

/** The UUID of the user of a permission, as members are listed by it. */
export function userUuid({ found }: SurveyedObject): string {
  return toCanonicalUuid(found.id);
}

/** The name of the user of a permission; the UUID of somebody who is no member. */
export function userName({ workspace }: Access, permission: SurveyedObject): string {
  const uuid = userUuid(permission);
  return workspace.members.get(uuid) ?? uuid;
}
