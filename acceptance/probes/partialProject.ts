import { answer, isOk, type Probe, textOf } from "../probe";

export const partialProject: Probe = {
  id: "partial-put-project",
  question: "Does a PUT of a project leave alone what is not in its body?",
  async run(ask) {
    const { names } = ask.scratch;
    const path = `${ask.workspacePath}/projects`;
    const key = names.key("PARTIAL");
    await ask.post(path, { key, name: names.text("partial"), description: "kept", is_private: true });
    const put = await ask.put(`${path}/${key}`, { name: names.text("partial-2") });
    const read = await ask.get(`${path}/${key}`);
    return answer(isOk(put) && textOf(read.body, "description") === "kept", [put, read], {
      fields: ["description"],
    });
  },
};
