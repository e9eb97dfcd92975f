/**
 * A hundred calls of the npm package `bitbucket`: what its users request of a repository, its pull requests,
 * its pipelines and its workspace. Each depends on those before it.
 */
import type { Bitbucket } from "bitbucket";

type Data = ReturnType<typeof JSON.parse>;

export interface CallOutcome {
  readonly name: string;
  /** The failure; undefined if it worked. */
  readonly error: string | undefined;
}

type Method = (parameters: Data) => Promise<{ status: number; data: Data }>;

/** Makes all of the calls on a new emulator. */
export async function callAll(client: InstanceType<typeof Bitbucket>): Promise<readonly CallOutcome[]> {
  const outcomes: CallOutcome[] = [];
  const groups = client as unknown as Readonly<Record<string, Readonly<Record<string, Method>>>>;
  const at = { workspace: "acme", repo_slug: "api" };
  /** Makes a call and checks its result. */
  const ask = async (name: string, parameters: Data = {}, look: (data: Data) => unknown = () => true) => {
    const [group = "", method = ""] = name.split(".");
    try {
      const call = groups[group]?.[method];
      if (!call) throw new Error("the client has no such method");
      const { data } = await call({ ...at, ...parameters });
      outcomes.push({ name, error: look(data) ? undefined : `unexpected: ${JSON.stringify(data)}` });
      return data;
    } catch (error) {
      const { status, message } = error as { status?: number; message: string };
      outcomes.push({ name, error: `${status ?? ""} ${message}` });
      return {};
    }
  };
  const has = (field: string, value: unknown) => (data: Data) => data[field] === value;
  const count = (number: number) => (data: Data) => data.values?.length === number;
  const file = (name: string, content: string, more: Readonly<Record<string, string>> = {}) => {
    const form = new FormData();
    form.append(name, content);
    for (const [field, value] of Object.entries(more)) form.append(field, value);
    return { _body: form };
  };

  const me = await ask("users.getAuthedUser", {}, has("display_name", "Alice Archer"));
  await ask("users.get", { selected_user: me.uuid }, has("uuid", me.uuid));
  await ask("users.listEmailsForAuthedUser", {}, (data) => data.values[0].email === "alice@acme.example");
  await ask("users.getEmailForAuthedUser", { email: "alice@acme.example" }, has("is_primary", true));
  await ask("workspaces.getWorkspace", {}, has("name", "Acme"));
  const members = await ask("workspaces.getMembersForWorkspace", {}, count(3));
  const bob = members.values?.[1]?.user ?? {};
  await ask("workspaces.getMemberForWorkspace", { member: bob.uuid }, (data) => data.user.uuid === bob.uuid);
  await ask("workspaces.listPermissions", {}, count(3));
  await ask(
    "workspaces.createProject",
    { _body: { key: "STRANGE", name: "Strange" } },
    has("key", "STRANGE"),
  );
  const project_key = "STRANGE";
  await ask("workspaces.getProject", { project_key }, has("name", "Strange"));
  await ask(
    "workspaces.createOrUpdateProject",
    { project_key, _body: { name: "Stranger" } },
    has("name", "Stranger"),
  );
  await ask("workspaces.getProjects", {}, (data) => data.values.some(has("key", "STRANGE")));
  await ask("projects.addDefaultReviewer", { project_key, selected_user: bob.uuid });
  await ask("projects.listDefaultReviewers", { project_key }, count(1));
  await ask(
    "repositories.create",
    { _body: { scm: "git", is_private: true, project: { key: project_key } } },
    has("full_name", "acme/api"),
  );
  await ask("repositories.get", {}, has("slug", "api"));
  await ask("repositories.update", { _body: { description: "An API" } }, has("description", "An API"));
  await ask("repositories.list", {}, (data) => data.values.some(has("slug", "api")));
  await ask("source.createFileCommit", file("README.md", "Hello", { branch: "main" }));
  await ask("source.read", { commit: "HEAD", path: "README.md" }, (data) => data === "Hello");
  await ask("source.readRoot", {}, count(1));
  const main = await ask("refs.getBranch", { name: "main" }, has("name", "main"));
  await ask(
    "refs.createBranch",
    { _body: { name: "feature/one", target: { hash: main.target?.hash } } },
    has("name", "feature/one"),
  );
  await ask("refs.getBranch", { name: "feature/one" }, has("name", "feature/one"));
  await ask("refs.listBranches", {}, count(2));
  await ask(
    "refs.createTag",
    { _body: { name: "v1", target: { hash: main.target?.hash } } },
    has("name", "v1"),
  );
  await ask("refs.getTag", { name: "v1" }, has("name", "v1"));
  await ask("refs.listTags", {}, count(1));
  await ask("refs.list", {}, count(3));
  await ask("refs.deleteTag", { name: "v1" });
  await ask(
    "repositories.createSrcFileCommit",
    file("one.txt", "1\n2\n", { branch: "feature/one", message: "One" }),
  );
  const commits = await ask("commits.list", {}, count(2));
  const commit = commits.values?.[0]?.hash;
  await ask("commits.get", { commit }, has("hash", commit));
  await ask("commits.listAt", { revision: "main" }, count(1));
  await ask("commits.getDiff", { spec: commit }, (data) => data.includes("+2"));
  await ask("commits.getPatch", { spec: commit }, (data) => data.includes("Subject:"));
  await ask("repositories.listDiffStats", { spec: commit }, (data) => data.values[0].lines_added === 2);
  await ask("repositories.getMergeBase", { revspec: `main..${commit}` }, has("hash", main.target?.hash));
  await ask("source.listHistory", { commit, path: "one.txt" }, count(1));
  await ask("commits.createApproval", { commit }, has("approved", true));
  await ask("commits.deleteApproval", { commit });
  await ask("commits.createComment", { commit, _body: { content: { raw: "Well done" } } });
  const remarks = await ask("commits.listComments", { commit }, count(1));
  const comment_id = remarks.values?.[0]?.id;
  await ask("commits.getComment", { commit, comment_id }, has("id", comment_id));
  await ask("commits.updateComment", { commit, comment_id, _body: { content: { raw: "Very well done" } } });
  await ask("commits.deleteComment", { commit, comment_id });
  const build = { key: "build", state: "SUCCESSFUL", url: "https://ci.example.com/1" };
  await ask("commitstatuses.createBuildStatus", { commit, _body: build }, has("state", "SUCCESSFUL"));
  await ask("commitstatuses.getBuildStatus", { commit, key: "build" }, has("key", "build"));
  await ask(
    "commitstatuses.updateBuildStatus",
    { commit, key: "build", _body: { ...build, state: "FAILED" } },
    has("state", "FAILED"),
  );
  await ask("commitstatuses.list", { commit }, count(1));

  const opened = {
    title: "One",
    source: { branch: { name: "feature/one" } },
    reviewers: [{ uuid: bob.uuid }],
  };
  const request = await ask("pullrequests.create", { _body: opened }, has("state", "OPEN"));
  const pull_request_id = request.id;
  const one = { pull_request_id };
  await ask("pullrequests.get", one, (data) => data.reviewers.length === 1);
  await ask("pullrequests.list", {}, count(1));
  await ask("pullrequests.update", { ...one, _body: { title: "One more" } }, has("title", "One more"));
  await ask("pullrequests.createApproval", one, has("approved", true));
  await ask("pullrequests.deleteApproval", one);
  await ask("pullrequests.addChangeRequest", one, has("state", "changes_requested"));
  await ask("pullrequests.deleteChangeRequest", one);
  const thread = await ask(
    "pullrequests.createComment",
    { ...one, _body: { content: { raw: "Why?" } } },
    has("deleted", false),
  );
  await ask("pullrequests.getComment", { ...one, comment_id: thread.id }, has("id", thread.id));
  await ask("pullrequests.updateComment", {
    ...one,
    comment_id: thread.id,
    _body: { content: { raw: "Why not?" } },
  });
  await ask("pullrequests.resolveComment", { ...one, comment_id: thread.id });
  await ask("pullrequests.reopenComment", { ...one, comment_id: thread.id });
  await ask("pullrequests.listComments", one, count(1));
  await ask("pullrequests.deleteComment", { ...one, comment_id: thread.id });
  const task = await ask(
    "pullrequests.createTask",
    { ...one, _body: { content: { raw: "Do it" } } },
    has("state", "UNRESOLVED"),
  );
  await ask("pullrequests.getTask", { ...one, task_id: task.id }, has("id", task.id));
  await ask(
    "pullrequests.updateTask",
    { ...one, task_id: task.id, _body: { state: "RESOLVED" } },
    has("state", "RESOLVED"),
  );
  await ask("pullrequests.listTasks", one, count(1));
  await ask("pullrequests.deleteTask", { ...one, task_id: task.id });
  await ask("pullrequests.getDiff", one, (data) => data.includes("+2"));
  await ask("pullrequests.getDiffStat", one, count(1));
  await ask("pullrequests.getPatch", one, (data) => data.includes("Subject:"));
  await ask("pullrequests.listCommits", one, count(1));
  await ask("pullrequests.listStatuses", one, count(1));
  await ask("pullrequests.listActivities", one, (data) => data.values.length > 3);
  await ask("pullrequests.listActivitiesForRepo", {}, (data) => data.values.length > 3);
  await ask(
    "pullrequests.merge",
    { ...one, _body: { type: "", merge_strategy: "squash" } },
    has("state", "MERGED"),
  );
  await ask("pullrequests.listForCommit", { commit }, count(1));
  await ask("downloads.list", {}, count(0));
  await ask("repositories.addDefaultReviewer", { target_username: bob.uuid });
  await ask("repositories.listEffectiveDefaultReviewers", {}, count(1));
  await ask("repositories.listWatchers", {}, count(1));
  await ask(
    "repositories.createFork",
    { _body: { name: "fork", workspace: { slug: "acme" } } },
    has("slug", "fork"),
  );
  await ask("repositories.listForks", {}, count(1));

  await ask("pipelines.updateConfig", { _body: { enabled: true } }, has("enabled", true));
  const run = await ask(
    "pipelines.create",
    { _body: { target: { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" } } },
    has("build_number", 1),
  );
  await ask("pipelines.get", { pipeline_uuid: run.uuid }, has("uuid", run.uuid));
  await ask("pipelines.list", {}, count(1));
  const steps = await ask("pipelines.listSteps", { pipeline_uuid: run.uuid }, count(1));
  const step_uuid = steps.values?.[0]?.uuid;
  await ask("pipelines.getStep", { pipeline_uuid: run.uuid, step_uuid }, has("uuid", step_uuid));
  await ask("pipelines.getStepLog", { pipeline_uuid: run.uuid, step_uuid });
  await ask(
    "pipelines.createVariable",
    { _body: { key: "TOKEN", value: "hush", secured: true } },
    has("value", undefined),
  );
  await ask("pipelines.listVariablesForRepo", {}, count(1));
  const hook = { url: "https://ci.example.com/hook", events: ["repo:push"], active: true };
  await ask("webhooks.create", { _body: hook }, has("url", hook.url));
  await ask(
    "branchrestrictions.create",
    { _body: { kind: "force", branch_match_kind: "glob", pattern: "main" } },
    has("kind", "force"),
  );
  await ask("branching_model.get", {}, has("type", "branching_model"));
  await ask("pipelines.getPipelineTestReports", { pipeline_uuid: run.uuid, step_uuid });
  // The service has removed these.
  await ask("workspaces.getWorkspaces");
  await ask("issue_tracker.list");
  return outcomes;
}
