import { answer, fieldOf, isOk, type Probe } from "../probe";

export const issuesOn: Probe = {
  id: "issues-on",
  question: "Can a repository's issue tracker be turned on with `has_issues: true`?",
  async run(ask) {
    const path = await ask.repository({ empty: true });
    const put = await ask.put(path, { has_issues: true });
    const read = await ask.get(path);
    return answer(isOk(put) && fieldOf(read.body, "has_issues") === true, [put, read], {
      fields: ["has_issues"],
    });
  },
};
