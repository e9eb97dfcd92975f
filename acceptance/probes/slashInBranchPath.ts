import { answer, isOk, type Probe } from "../probe";

export const slashInBranchPath: Probe = {
  id: "slash-in-branch-path",
  question: "Does refs/branches/{name} take a slash in it, both bare and as %2F?",
  async run(ask) {
    const path = await ask.repository({});
    await ask.post(`${path}/refs/branches`, { name: "release/2.0", target: { hash: "main" } });
    const encoded = await ask.get(`${path}/refs/branches/release%2F2.0`);
    const bare = await ask.get(`${path}/refs/branches/release/2.0`);
    return answer(isOk(encoded) && isOk(bare), [encoded, bare]);
  },
};
