/** Runs of pipelines. They can be begun and stopped; no script is run, so that they end as soon as they are looked at. */
import { badRequest, notFound } from "./errors";
import type { Call, Route } from "./server";
import { part, renderUser, repository } from "./shared";
import { newUuid, type PipelineRun, type Repository } from "./state";

const path = "/repositories/{workspace}/{repo_slug}/pipelines";

export function pipelineRunRoutes(route: Route): void {
  route("GET", path, (call) => {
    const { repository: found } = repository(call);
    const query = call.url.searchParams;
    const branch = query.get("target.branch") ?? query.get("target.ref_name");
    const hash = query.get("target.commit.hash");
    const runs = [...runsOf(found).values()].filter(
      ({ ref_name, commit }) =>
        (branch === null || ref_name === branch) && (hash === null || commit === hash),
    );
    return call.page(runs, { counted: true, render: (run) => render(call, found, run) });
  });
  route("POST", path, async (call) => {
    const { repository: found } = repository(call, "write");
    if (!found.pipelinesEnabled) throw badRequest("Pipelines is not enabled for this repository.");
    const target = part(call, "target") ?? {};
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
    call.status(201);
    return render(call, found, run);
  });
  route("GET", `${path}/{pipeline_uuid}`, (call) => {
    const { repository: found } = repository(call);
    const run = one(call, found);
    // Nothing is run, so nothing fails.
    if (run.result === undefined) Object.assign(run, { result: "SUCCESSFUL", completed_on: call.now() });
    return render(call, found, run);
  });
  route("POST", `${path}/{pipeline_uuid}/stopPipeline`, (call) => {
    const { repository: found } = repository(call, "write");
    const run = one(call, found);
    if (run.result !== undefined) throw badRequest("The pipeline has ended already.");
    Object.assign(run, { result: "STOPPED", completed_on: call.now() });
    return undefined;
  });
}

function runsOf(found: Repository): Map<string, PipelineRun> {
  found.pipelineRuns ??= new Map();
  return found.pipelineRuns;
}

function one(call: Call, found: Repository): PipelineRun {
  const name = call.params.pipeline_uuid ?? "";
  const run =
    runsOf(found).get(name) ??
    [...runsOf(found).values()].find(({ build_number }) => String(build_number) === name);
  if (!run || call.visible([run]).length === 0) throw notFound("Pipeline not found");
  return run;
}

function render(call: Call, found: Repository, run: PipelineRun): unknown {
  return {
    type: "pipeline",
    uuid: run.uuid,
    build_number: run.build_number,
    creator: renderUser(call.state.users.get(run.creator ?? "")) ?? null,
    repository: { type: "repository", uuid: found.uuid, name: found.name },
    target: {
      type: "pipeline_ref_target",
      ref_type: "branch",
      ref_name: run.ref_name,
      commit: { type: "commit", hash: run.commit },
    },
    trigger: { type: `pipeline_trigger_${run.trigger.toLowerCase()}`, name: run.trigger },
    state:
      run.result === undefined
        ? { type: "pipeline_state_in_progress", name: "IN_PROGRESS" }
        : {
            type: "pipeline_state_completed",
            name: "COMPLETED",
            result: { type: `pipeline_state_completed_${run.result.toLowerCase()}`, name: run.result },
          },
    created_on: run.created_on,
    ...(run.completed_on === undefined ? {} : { completed_on: run.completed_on }),
    build_seconds_used: 0,
  };
}
