import { answer, isOk, type Probe } from "../probe";

export const secondRestriction: Probe = {
  id: "second-branch-restriction",
  question: "Is a second branch restriction of the same kind and pattern refused with 409?",
  async run(ask) {
    const path = `${await ask.repository({})}/branch-restrictions`;
    const body = { kind: "delete", branch_match_kind: "glob", pattern: "twice" };
    const first = await ask.post(path, body);
    const second = await ask.post(path, body);
    return answer(isOk(first) && second.status === 409, [first, second]);
  },
};
