import { answer, isOk, type Probe, textOf } from "../probe";

export const partialRepository: Probe = {
  id: "partial-put-repository",
  question: "Does a PUT of a repository leave alone what is not in its body?",
  async run(ask) {
    const path = await ask.repository({ empty: true });
    const first = await ask.put(path, { language: "go" });
    const second = await ask.put(path, { description: "changed alone" });
    const read = await ask.get(path);
    return answer(isOk(second) && textOf(read.body, "language") === "go", [first, second, read], {
      fields: ["language"],
    });
  },
};
