import { answer, fieldOf, isOk, type Probe } from "../probe";

export const wikiOn: Probe = {
  id: "wiki-on",
  question: "Can a repository's wiki be turned on with `has_wiki: true`?",
  async run(ask) {
    const path = await ask.repository({ empty: true });
    const put = await ask.put(path, { has_wiki: true });
    const read = await ask.get(path);
    return answer(isOk(put) && fieldOf(read.body, "has_wiki") === true, [put, read], {
      fields: ["has_wiki"],
    });
  },
};
