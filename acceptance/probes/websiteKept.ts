import { answer, isOk, type Probe, textOf } from "../probe";

export const websiteKept: Probe = {
  id: "website-kept",
  question: "Does the service keep a repository's `website`?",
  async run(ask) {
    const path = await ask.repository({ empty: true });
    const put = await ask.put(path, { website: "https://example.com/website" });
    const read = await ask.get(path);
    return answer(isOk(put) && textOf(read.body, "website") !== "", [put, read], { fields: ["website"] });
  },
};
