import { answer, isOk, type Probe } from "../probe";

export const slashInSource: Probe = {
  id: "slash-in-source-path",
  question: "Does /src/{branch} take a branch's name with a slash in it, percent-encoded?",
  async run(ask) {
    const path = await ask.repository({});
    const branch = await ask.post(`${path}/refs/branches`, { name: "release/1.0", target: { hash: "main" } });
    const encoded = await ask.get(`${path}/src/release%2F1.0/README.md`);
    const bare = await ask.get(`${path}/src/release/1.0/README.md`);
    return answer(isOk(encoded), [branch, encoded, bare]);
  },
};
