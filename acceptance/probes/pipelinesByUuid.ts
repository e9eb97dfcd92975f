import { answer, isOk, type Probe } from "../probe";

export const pipelinesByUuid: Probe = {
  id: "pipelines-by-uuid",
  question: "Do the paths of Pipelines take a repository's UUID?",
  async run(ask) {
    const path = `${await ask.repository()}/pipelines_config`;
    const seen = [
      await ask.get(path),
      await ask.get(`${path}/variables`),
      await ask.get(`${path}/schedules`),
      await ask.get(`${path}/ssh/known_hosts`),
    ];
    return answer(seen.every(isOk), seen);
  },
};
