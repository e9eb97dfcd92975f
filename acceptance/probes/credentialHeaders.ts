import { evidence, type Probe } from "../probe";

export const credentialHeaders: Probe = {
  id: "credential-headers",
  question: "Do answers carry `X-Credential-Type` and `X-OAuth-Scopes`?",
  async run(ask) {
    const seen = await ask.get("/user");
    const headers = ["x-credential-type", "x-oauth-scopes", "x-accepted-oauth-scopes"];
    const holds = headers.slice(0, 2).every((name) => seen.headers[name] !== undefined);
    // An access token gets a 403, which is as good a response.
    return { verdict: holds ? "yes" : "no", evidence: [evidence(seen, { headers })] };
  },
};
