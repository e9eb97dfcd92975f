/** The name of a repository on the command line. */
import { UsageError } from "./project";

/** @throws {UsageError} if the text is not `workspace/repository`. */
export function checkRepositoryName(text: string): string {
  if (/^[^/\s]+\/[^/\s]+$/.test(text)) return text;
  throw new UsageError(`"${text}" is not a repository: use workspace/repository.`);
}
