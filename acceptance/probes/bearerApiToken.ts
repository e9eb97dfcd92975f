import { evidence, isOk, type Probe } from "../probe";

export const bearerApiToken: Probe = {
  id: "bearer-api-token",
  question: "Is a user's API token accepted as a bearer token?",
  async run(ask) {
    if (ask.scratch.client.credentials.type !== "api-token")
      return { verdict: "not-possible", evidence: [], note: "needs a user's API token" };
    const client = ask.asBearer();
    try {
      const seen = await ask.send({ method: "GET", path: ask.workspacePath }, client);
      return { verdict: isOk(seen) ? "yes" : "no", evidence: [evidence(seen)] };
    } finally {
      await client.close();
    }
  },
};
