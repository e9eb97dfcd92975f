/** What a stack's YAML declares of the permissions that were read. */
import type { DesiredResource } from "../desired";
import type { Properties } from "../kinds/kind";
import { type LiveReader, type SurveyedObject, UnknownUserError } from "../live";
import { matchObjects } from "../plan/match";

/** Users who cannot be found match nothing: they have left, and a review shows what they still hold. */
export async function matchDeclared(
  resources: readonly DesiredResource[],
  objects: readonly SurveyedObject[],
  reader: LiveReader,
  workspace: string,
): Promise<ReadonlyMap<SurveyedObject, DesiredResource>> {
  const args = new Map<DesiredResource, Properties>();
  for (const resource of resources) {
    const { user } = resource.args;
    if (!resource.kind.canExpire || typeof user !== "string") continue;
    try {
      args.set(resource, { ...resource.args, user: await reader.people.uuidOf(workspace, user) });
    } catch (error) {
      if (!(error instanceof UnknownUserError)) throw error;
    }
  }
  return new Map([...matchObjects(resources, objects, args)].map(([resource, live]) => [live, resource]));
}
