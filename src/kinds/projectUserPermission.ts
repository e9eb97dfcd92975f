import { userPermission } from "./permission";

/** What a user may do in a project, as granted there directly. */
export const projectUserPermission = userPermission("project");
