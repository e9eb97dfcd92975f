import { answer, isOk, type Probe, textOf } from "../probe";

export const commentLength: Probe = {
  id: "comment-length",
  question: "Does a comment on a pull request take 40,000 characters?",
  async run(ask) {
    const path = await ask.repository({});
    const commit = await ask.send({
      method: "POST",
      path: `${path}/src`,
      form: { "/other.md": "Other", message: "Other", branch: "develop" },
    });
    const made = await ask.post(`${path}/pullrequests`, {
      title: "Comments",
      source: { branch: { name: "develop" } },
      destination: { branch: { name: "main" } },
    });
    if (!isOk(made)) return answer(false, [commit, made]);
    const comments = `${path}/pullrequests/${textOf(made.body, "id")}/comments`;
    const long = await ask.post(comments, { content: { raw: "x".repeat(40_000) } });
    const shorter = await ask.post(comments, { content: { raw: "x".repeat(32_000) } });
    return answer(isOk(long), [long, shorter]);
  },
};
