import { apiPath } from "../../src/bitbucket";
import { answer, evidence, isOk, type Probe } from "../probe";

export const projectDeletion: Probe = {
  id: "project-deletion-at-once",
  question: "Can a project be deleted right after its last repository?",
  async run(ask) {
    const { names, workspace } = ask.scratch;
    const key = names.key("EMPTIED");
    const path = `${ask.workspacePath}/projects`;
    const name = names.text("emptied");
    const made = await ask.post(path, { key, name, is_private: true });
    const repository = apiPath`/repositories/${workspace}/${name}`;
    const inside = await ask.post(repository, { scm: "git", name, is_private: true, project: { key } });
    const gone = await ask.delete(repository);
    const last = await ask.delete(`${path}/${key}`);
    if (![made, inside, gone].every(isOk)) return answer(false, [made, inside, gone, last]);
    return { verdict: isOk(last) ? "yes" : "no", evidence: [evidence(gone), evidence(last)] };
  },
};
