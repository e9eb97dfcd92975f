/** What of a workspace is imported: by patterns, or by what a Terraform state manages. */
import { UserError } from "../errors";
import { type SurveyedObject, surveyWorkspace } from "../live";
import { FromTerraform, type TerraformSelection } from "./fromTerraform";
import { sortByOwner } from "./order";
import type { ImportOptions } from "./run";
import { addOwnerKinds, removeIdleOwners, requireRepositories, selectImportable } from "./select";

export interface ChosenObjects {
  /** Owners before what belongs to them. */
  readonly objects: readonly SurveyedObject[];
  readonly notes: readonly string[];
  /** If a Terraform state is the source. */
  readonly source?: FromTerraform | undefined;
  readonly choice?: TerraformSelection | undefined;
  /** Values from a Terraform state. */
  readonly secrets?: TerraformSelection["secrets"] | undefined;
}

/** @throws {UserError} if patterns were given, and nothing matches. */
export async function chooseObjects(options: ImportOptions): Promise<ChosenObjects> {
  const { workspace, reader, terraform, kinds } = options;
  const source = terraform && (await FromTerraform.read(terraform, reader, workspace));
  const live = await surveyWorkspace(reader, {
    workspace,
    kinds: kinds && addOwnerKinds(kinds),
    projects: options.projects,
    repositories: options.repositories,
    ofWorkspace: options.ofWorkspace,
    onProgress: options.onProgress,
    ...source?.selection,
  });
  if (!source) requireRepositories(live);
  const missed = options.missed?.() ?? [];
  if (missed.length > 0 && live.objects.length === 0)
    throw new UserError(
      `Nothing in the workspace ${workspace} matches ${missed.join(" or ")}. Nothing was written.`,
    );
  const all = selectImportable(live);
  const choice = await source?.choose(live, all.skipped);
  const { objects, notes } = choice ?? all;
  return {
    objects: sortByOwner(kinds ? removeIdleOwners(objects, kinds) : objects),
    notes: [...missed.map((pattern) => `${pattern}: matches nothing in the workspace`), ...notes],
    source,
    choice,
    secrets: choice?.secrets,
  };
}
