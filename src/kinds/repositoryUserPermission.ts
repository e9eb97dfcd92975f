import { userPermission } from "./permission";

/** What a user may do in a repository, as granted there directly. */
export const repositoryUserPermission = userPermission("repository");
