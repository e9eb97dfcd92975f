/** Who may do what, for the checks of access. */
import type { SurveyedObject } from "../live";
import type { ProjectView, RepositoryView } from "./views";

type Access = ProjectView | RepositoryView;

/** Permissions of users with admin rights, as granted there directly. */
export function adminsOf({ users }: Access): readonly SurveyedObject[] {
  return users.filter(({ found }) => found.args.permission === "admin");
}

/** The name of the user of a permission; the UUID of somebody who is no member. */
export function userName({ workspace }: Access, { found }: SurveyedObject): string {
  return workspace.members.get(found.id) ?? found.id;
}
