/** Programs that are not this package's own: what a change of the YAML does there, only the engine can tell. */
import { UserError } from "../errors";
import { whyOnlyEngine } from "../preview";

/** The program is not this package's own, so that nobody can tell what a change of the YAML does. */
class NotOwnProgramError extends UserError {
  constructor(reason: string) {
    super(
      `--changed looks without the engine, and here only the engine can tell what changes: ${reason}. Leave it out.`,
    );
  }
}

/**
 * @param root The folder of Pulumi.yaml.
 * @param env The engine's.
 * @throws {NotOwnProgramError}
 */
export function refuseOtherPrograms(root: string, env: NodeJS.ProcessEnv): void {
  const reason = whyOnlyEngine(root, env);
  if (reason !== undefined) throw new NotOwnProgramError(reason);
}
