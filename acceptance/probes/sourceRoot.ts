import { answer, isOk, type Probe } from "../probe";

export const sourceRoot: Probe = {
  id: "source-root",
  question: "Does GET /src answer with the main branch's root?",
  async run(ask) {
    const seen = await ask.get(`${await ask.repository()}/src`);
    return answer(isOk(seen), [seen], { fields: ["values"] });
  },
};
