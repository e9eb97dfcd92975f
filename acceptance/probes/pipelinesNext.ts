import { answer, fieldOf, isOk, type Probe } from "../probe";

export const pipelinesNext: Probe = {
  id: "pipelines-next",
  question: "Do the collections of Pipelines carry `next`?",
  async run(ask) {
    const path = `${await ask.repository({ pipelines: true })}/pipelines_config/variables`;
    for (const key of ["FIRST", "SECOND"]) await ask.post(path, { key, value: "one", secured: false });
    const seen = await ask.get(path, { pagelen: "1" });
    const fields = ["next", "size", "page", "pagelen"];
    const values = fieldOf(seen.body, "values");
    if (isOk(seen) && Array.isArray(values) && values.length > 1)
      return { ...answer(true, [seen], { fields }), verdict: "other", note: "pagelen=1 is not kept to" };
    return answer(isOk(seen) && fieldOf(seen.body, "next") !== undefined, [seen], { fields });
  },
};
