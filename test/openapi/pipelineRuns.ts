/** Runs of pipelines. */
import { countedCollection, nothing, querying } from "./operation";
import { choice, integer, named, nullable, object, ref, text, time, uuid } from "./schema";

const target = {
  type: named("pipeline_ref_target"),
  ref_type: choice("branch"),
  ref_name: text,
} as const;

export const schemas = {
  pipeline: object(
    {
      type: named("pipeline"),
      uuid,
      build_number: integer,
      creator: nullable(ref("user")),
      repository: ref("repository_reference"),
      target: object({ ...target, commit: ref("commit_reference") }),
      trigger: object({ type: text, name: text }),
      state: object(
        { type: text, name: choice("IN_PROGRESS", "COMPLETED") },
        { result: object({ type: text, name: choice("SUCCESSFUL", "STOPPED") }) },
      ),
      created_on: time,
      build_seconds_used: integer,
    },
    { completed_on: time },
  ),
} as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/pipelines": {
    get: {
      ...countedCollection(ref("pipeline")),
      query: { ...querying, "target.branch": text, "target.ref_name": text, "target.commit.hash": text },
    },
    post: { body: object({ target: object(target) }), 201: ref("pipeline") },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}": { get: { 200: ref("pipeline") } },
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/stopPipeline": { post: { 204: nothing } },
} as const;
