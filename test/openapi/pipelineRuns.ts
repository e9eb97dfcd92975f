/** Runs of pipelines. */
import { links } from "./common";
import { countedCollection, gap, nothing, querying } from "./operation";
import { anything, choice, integer, list, named, nullable, object, ref, text, time, uuid } from "./schema";

const target = {
  type: named("pipeline_ref_target"),
  ref_type: choice("branch"),
  ref_name: text,
} as const;

const runState = object(
  { type: text, name: choice("IN_PROGRESS", "COMPLETED") },
  { result: object({ type: text, name: choice("SUCCESSFUL", "STOPPED") }) },
);

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
      state: runState,
      created_on: time,
      build_seconds_used: integer,
      links: links("self", "steps", "html"),
    },
    { completed_on: time },
  ),
  pipeline_step: object(
    {
      type: named("pipeline_step"),
      uuid,
      name: text,
      run_number: integer,
      pipeline: object({ type: named("pipeline"), uuid }),
      state: runState,
      started_on: time,
      setup_commands: list(anything),
      script_commands: list(anything),
      trigger: object({ type: text }),
      links: links("self"),
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
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps": {
    get: countedCollection(ref("pipeline_step")),
  },
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}": {
    get: { 200: ref("pipeline_step") },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}/log": {
    get: { 200: { content: { "application/octet-stream": anything } } },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/stopPipeline": { post: { 204: nothing } },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "pipeline_step.links": gap,
  "pipeline_step.name": gap,
  "pipeline_step.pipeline": gap,
  "pipeline_step.run_number": gap,
  "pipeline_step.trigger": gap,
} as const;
