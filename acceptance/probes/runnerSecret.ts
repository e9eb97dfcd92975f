import { answer, isOk, type Probe, textOf } from "../probe";

export const runnerSecret: Probe = {
  id: "runner-secret-once",
  question: "Is a runner's OAuth secret in the answer to its creation, and in no other?",
  async run(ask) {
    const path = `${await ask.repository({ pipelines: true })}/pipelines-config/runners`;
    const made = await ask.post(path, {
      name: ask.scratch.names.text("secret"),
      labels: ["self.hosted", "linux"],
    });
    if (!isOk(made)) return answer(false, [made]);
    const read = await ask.get(`${path}/${encodeURIComponent(textOf(made.body, "uuid"))}`);
    const [first, later] = [made, read].map(({ body }) => textOf(body, "oauth_client.secret") !== "");
    return answer(first === true && later === false, [made, read], { fields: ["oauth_client.secret"] });
  },
};
