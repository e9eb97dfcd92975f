import { answer, isOk, type Probe, textOf } from "../probe";

export const projectKeyLowerCase: Probe = {
  id: "project-key-lower-case",
  question: "May a project's key hold lower-case letters?",
  async run(ask) {
    const { names } = ask.scratch;
    const key = names.key("lower").toLowerCase();
    const made = await ask.post(`${ask.workspacePath}/projects`, {
      key,
      name: names.text("lower"),
      is_private: true,
    });
    return answer(isOk(made) && textOf(made.body, "key") === key, [made], { fields: ["key"] });
  },
};
