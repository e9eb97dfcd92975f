import { answer, fieldOf, isOk, type Probe } from "../probe";

export const pipelinesReadBack: Probe = {
  id: "pipelines-read-back",
  question: "Does the first read after Pipelines was turned on show it?",
  async run(ask) {
    const path = `${await ask.repository({ empty: true })}/pipelines_config`;
    const put = await ask.put(path, { enabled: true });
    const read = await ask.get(path);
    return answer(isOk(put) && fieldOf(read.body, "enabled") === true, [put, read], { fields: ["enabled"] });
  },
};
