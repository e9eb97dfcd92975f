import { answer, isOk, type Probe } from "../probe";

export const pagelenHundred: Probe = {
  id: "pagelen-hundred",
  question: "Do webhooks, permissions, deploy keys and environments take `pagelen=100`?",
  async run(ask) {
    const path = await ask.repository();
    const seen = [];
    for (const name of ["hooks", "permissions-config/users", "deploy-keys", "environments"])
      seen.push(await ask.get(`${path}/${name}`, { pagelen: "100" }));
    return answer(seen.every(isOk), seen);
  },
};
