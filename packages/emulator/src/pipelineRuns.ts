/**
 * Pipeline runs. They can be started and stopped; no script is run, so they complete as soon as they are
 * read.
 */
import { api, placeOf, type RepositoryCall, renderCommitName, web } from "./commitViews";
import { badRequest, notFound } from "./errors";
import type { Call, Route } from "./server";
import { readPart, recordLocationBelow, renderRepositoryName, renderUser, requireVisible } from "./shared";
import { newUuid, type PipelineRun, type Repository } from "./state";

const path = "/repositories/{workspace}/{repo_slug}/pipelines";

export function addPipelineRunRoutes(route: Route): void {
  route("GET", path, (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const query = call.url.searchParams;
    const branch = query.get("target.branch") ?? query.get("target.ref_name");
    const hash = query.get("target.commit.hash");
    const runs = [...runsOf(found).values()].filter(
      ({ ref_name, commit }) =>
        (branch === null || ref_name === branch) && (hash === null || commit === hash),
    );
    return call.page(runs, { counted: true, render: (run) => render(at, run) });
  });
  route("POST", path, async (call) => {
    const at = placeOf(call, "write");
    const found = at.repository;
    if (!found.pipelinesEnabled) throw badRequest("Pipelines is not enabled for this repository.");
    const target = readPart(call, "target") ?? {};
    const name = String(target.ref_name ?? found.mainbranch ?? "");
    const commit = await call.git.resolve(found, name);
    const run: PipelineRun = {
      uuid: newUuid(),
      build_number: found.nextBuildNumber,
      ref_name: name,
      commit,
      trigger: "MANUAL",
      result: undefined,
      creator: call.principal.user?.uuid,
      created_on: call.now(),
      completed_on: undefined,
    };
    found.nextBuildNumber += 1;
    runsOf(found).set(run.uuid, call.made(run));
    recordLocationBelow(call, run.uuid);
    return render(at, run);
  });
  route("GET", `${path}/{pipeline_uuid}`, (call) => {
    const at = placeOf(call);
    const found = at.repository;
    const run = one(call, found);
    // Nothing is run, so nothing fails.
    if (run.result === undefined) Object.assign(run, { result: "SUCCESSFUL", completed_on: call.now() });
    return render(at, run);
  });
  addStepRoutes(route);
}

function addStepRoutes(route: Route): void {
  const stepOf = (call: Call) => {
    const at = placeOf(call);
    const run = one(call, at.repository);
    if (call.params.step_uuid !== stepUuid(run)) throw notFound("Step not found");
    return { at, run };
  };
  route("GET", `${path}/{pipeline_uuid}/steps`, (call) => {
    const at = placeOf(call);
    return call.page([one(call, at.repository)], { counted: true, render: (run) => renderStep(at, run) });
  });
  route("GET", `${path}/{pipeline_uuid}/steps/{step_uuid}`, (call) => {
    const { at, run } = stepOf(call);
    return renderStep(at, run);
  });
  route("GET", `${path}/{pipeline_uuid}/steps/{step_uuid}/log`, (call) => {
    const { run } = stepOf(call);
    call.header("content-type", "application/octet-stream");
    return Buffer.from(`No script is run. ${run.result ?? "IN_PROGRESS"}\n`);
  });
  route("POST", `${path}/{pipeline_uuid}/stopPipeline`, (call) => {
    const at = placeOf(call, "write");
    const found = at.repository;
    const run = one(call, found);
    if (run.result !== undefined) throw badRequest("The pipeline has ended already.");
    Object.assign(run, { result: "STOPPED", completed_on: call.now() });
  });
}

/** The state of a run, and of its single step. */
function renderState(prefix: string, { result }: PipelineRun): unknown {
  return result === undefined
    ? { type: `${prefix}_in_progress`, name: "IN_PROGRESS" }
    : {
        type: `${prefix}_completed`,
        name: "COMPLETED",
        result: { type: `${prefix}_completed_${result.toLowerCase()}`, name: result },
      };
}

function renderStep(at: RepositoryCall, run: PipelineRun): unknown {
  return {
    type: "pipeline_step",
    uuid: stepUuid(run),
    name: "Build",
    run_number: 1,
    pipeline: { type: "pipeline", uuid: run.uuid },
    state: renderState("pipeline_step_state", run),
    started_on: run.created_on,
    ...(run.completed_on === undefined ? {} : { completed_on: run.completed_on }),
    setup_commands: [],
    script_commands: [],
    trigger: { type: `pipeline_step_trigger_automatic` },
    links: {
      self: api(at, `/pipelines/${encodeURIComponent(run.uuid)}/steps/${encodeURIComponent(stepUuid(run))}`),
    },
  };
}

/** A run has one step, whose UUID is derived from its own. */
function stepUuid({ uuid }: PipelineRun): string {
  return `${uuid.slice(0, -13)}${[...uuid.slice(-13, -1)].reverse().join("")}}`;
}

function runsOf(found: Repository): Map<string, PipelineRun> {
  found.pipelineRuns ??= new Map();
  return found.pipelineRuns;
}

function one(call: Call, found: Repository): PipelineRun {
  const name = call.params.pipeline_uuid ?? "";
  return requireVisible(
    call,
    runsOf(found).get(name) ??
      [...runsOf(found).values()].find(({ build_number }) => String(build_number) === name),
    "Pipeline not found",
  );
}

function render(at: RepositoryCall, run: PipelineRun): unknown {
  const { call } = at;
  return {
    type: "pipeline",
    uuid: run.uuid,
    build_number: run.build_number,
    creator: renderUser(call, call.state.users.get(run.creator ?? "")) ?? null,
    repository: renderRepositoryName(call, at.workspace, at.repository),
    target: {
      type: "pipeline_ref_target",
      ref_type: "branch",
      ref_name: run.ref_name,
      commit: renderCommitName(at, run.commit),
    },
    trigger: { type: `pipeline_trigger_${run.trigger.toLowerCase()}`, name: run.trigger },
    state: renderState("pipeline_state", run),
    created_on: run.created_on,
    ...(run.completed_on === undefined ? {} : { completed_on: run.completed_on }),
    build_seconds_used: 0,
    links: {
      self: api(at, `/pipelines/${encodeURIComponent(run.uuid)}`),
      steps: api(at, `/pipelines/${encodeURIComponent(run.uuid)}/steps`),
      html: web(at, `/pipelines/results/${run.build_number}`),
    },
  };
}
