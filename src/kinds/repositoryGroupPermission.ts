import { groupPermission } from "./permission";

/** What a group may do in a repository, as granted there directly. */
export const repositoryGroupPermission = groupPermission("repository");
