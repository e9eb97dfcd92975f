import { evidence, isOk, type Probe } from "../probe";

export const locationHeaders: Probe = {
  id: "location-headers",
  question: "Do answers to a create carry a `Location` header?",
  async run(ask) {
    const path = await ask.repository({ pipelines: true });
    const seen = [
      await ask.post(`${path}/hooks`, {
        url: ask.scratch.names.url("location"),
        description: "",
        active: false,
        events: ["repo:push"],
      }),
      await ask.post(`${path}/branch-restrictions`, {
        kind: "force",
        branch_match_kind: "glob",
        pattern: "located",
      }),
      await ask.post(`${path}/pipelines_config/variables`, { key: "LOCATED", value: "one", secured: false }),
      await ask.post(`${path}/refs/tags`, { name: "located", target: { hash: "main" } }),
    ].filter(isOk);
    // Includes the responses to the creates of the run's own projects and repositories.
    const parents = ask.seen.filter(
      ({ method, status, template }) =>
        method === "POST" &&
        status < 300 &&
        ["/repositories/{}/{}", "/workspaces/{}/projects"].includes(template),
    );
    const last = (template: string) => parents.filter((one) => one.template === template).slice(-1);
    const all = [...seen, ...last("/repositories/{}/{}"), ...last("/workspaces/{}/projects")];
    const located = all.filter(({ headers }) => headers.location !== undefined).length;
    return {
      verdict: located === all.length ? "yes" : located === 0 ? "no" : "other",
      evidence: all.map((exchange) => evidence(exchange, { headers: ["location"] })),
    };
  },
};
