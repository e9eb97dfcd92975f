import { answer, isOk, type Probe, textOf } from "../probe";

export const forkPolicyKept: Probe = {
  id: "fork-policy-kept",
  question: "Does a PUT of `fork_policy` take effect?",
  async run(ask) {
    const path = await ask.repository({ empty: true });
    const put = await ask.put(path, { fork_policy: "no_forks" });
    const read = await ask.get(path);
    return answer(isOk(put) && textOf(read.body, "fork_policy") === "no_forks", [put, read], {
      fields: ["fork_policy"],
    });
  },
};
