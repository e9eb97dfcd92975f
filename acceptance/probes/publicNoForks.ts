import { answer, type Probe } from "../probe";

export const publicNoForks: Probe = {
  id: "public-no-forks",
  question: "Is `fork_policy: no_forks` refused for a public repository?",
  async run(ask) {
    const path = await ask.repository({ empty: true, fresh: true });
    const put = await ask.put(path, { is_private: false, fork_policy: "no_forks" });
    return answer(put.status >= 400, [put]);
  },
};
