import { answer, fieldOf, type Probe } from "../probe";

export const defaultEnvironments: Probe = {
  id: "default-environments",
  question: "Does a new repository with Pipelines come with environments?",
  async run(ask) {
    const seen = await ask.get(`${await ask.repository({ pipelines: true })}/environments`);
    const values = fieldOf(seen.body, "values");
    return answer(Array.isArray(values) && values.length > 0, [seen]);
  },
};
