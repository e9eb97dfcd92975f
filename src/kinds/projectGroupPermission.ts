import { groupPermission } from "./permission";

/** What a group may do in a project, as granted there directly. */
export const projectGroupPermission = groupPermission("project");
