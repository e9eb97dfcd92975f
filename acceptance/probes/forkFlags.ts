import { answer, isOk, type Probe, textOf } from "../probe";

export const forkFlags: Probe = {
  id: "fork-flags",
  question: "Does a PUT of `no_forks: true` take effect?",
  async run(ask) {
    const path = await ask.repository({ empty: true, fresh: true });
    const put = await ask.put(path, { no_forks: true });
    const read = await ask.get(path);
    return answer(isOk(put) && textOf(read.body, "fork_policy") === "no_forks", [put, read], {
      fields: ["fork_policy", "no_forks"],
    });
  },
};
