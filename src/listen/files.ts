/** The files of repositories that an event costs: that of the one repository that it is about. */
import { onlyRepositories, type RepositoryFileSource } from "../desired";
import { toCanonicalUuid } from "../kinds/uuid";
import type { StateEntry } from "../plan";
import { repositoriesHeld } from "../preview";

/**
 * Reads the file of one repository, and those of repositories that the state does not hold yet: any of them can be it.
 *
 * @param uuid The repository, in braces and in lower case; or a project, which has no file.
 */
export function filesOfSubject(
  source: RepositoryFileSource,
  uuid: string,
  readState: () => Promise<readonly StateEntry[]>,
): RepositoryFileSource {
  return {
    async read(asked) {
      const held = repositoriesHeld(await readState());
      return onlyRepositories(source, ({ repository }) => {
        const own = held.get(repository);
        return own === undefined || toCanonicalUuid(own) === uuid;
      }).read(asked);
    },
  };
}
