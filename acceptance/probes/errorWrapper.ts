import { answer, type Probe, textOf } from "../probe";

const nowhere = "{00000000-0000-4000-8000-000000000000}";

export const errorWrapper: Probe = {
  id: "error-wrapper",
  question: "Does the answer for something that is not there carry `error.message`?",
  async run(ask) {
    const seen = await ask.get(`${await ask.repository()}/hooks/${encodeURIComponent(nowhere)}`);
    return answer(textOf(seen.body, "error.message") !== "", [seen], {
      fields: ["error.message", "message"],
    });
  },
};
