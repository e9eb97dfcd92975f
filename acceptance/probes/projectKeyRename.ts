import { answer, isOk, type Probe } from "../probe";

export const projectKeyRename: Probe = {
  id: "project-key-rename",
  question: "Does a PUT with another key rename a project's key, so that the old one is gone?",
  async run(ask) {
    const { names } = ask.scratch;
    const path = `${ask.workspacePath}/projects`;
    const [before, after] = [names.key("RENAME"), names.key("RENAMED")];
    const made = await ask.post(path, { key: before, name: names.text("rename"), is_private: true });
    const put = await ask.put(`${path}/${before}`, { key: after, name: names.text("rename") });
    const [old, now] = [await ask.get(`${path}/${before}`), await ask.get(`${path}/${after}`)];
    return answer(isOk(put) && old.status === 404 && isOk(now), [made, put, old, now], {
      headers: ["location"],
    });
  },
};
