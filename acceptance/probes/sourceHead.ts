import { answer, isOk, type Probe } from "../probe";

export const sourceHead: Probe = {
  id: "source-head",
  question: "Does /src/HEAD/{path} answer with a file of the main branch?",
  async run(ask) {
    const seen = await ask.get(`${await ask.repository()}/src/HEAD/README.md`);
    return answer(isOk(seen), [seen]);
  },
};
