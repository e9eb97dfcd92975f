import { answer, fieldOf, type Probe } from "../probe";

export const linksOnObjects: Probe = {
  id: "links-on-objects",
  question: "Do webhooks, branches and branch restrictions carry `links`?",
  async run(ask) {
    const path = await ask.repository({});
    const seen = [
      await ask.post(`${path}/hooks`, {
        url: ask.scratch.names.url("links"),
        description: "",
        active: false,
        events: ["repo:push"],
      }),
      await ask.post(`${path}/branch-restrictions`, {
        kind: "delete",
        branch_match_kind: "glob",
        pattern: "linked",
      }),
      await ask.get(`${path}/refs/branches/main`),
    ];
    const linked = seen.filter(({ body }) => fieldOf(body, "links") !== undefined).length;
    const { evidence } = answer(true, seen, { fields: ["links"] });
    return { verdict: linked === seen.length ? "yes" : linked === 0 ? "no" : "other", evidence };
  },
};
