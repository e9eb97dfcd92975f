import { answer, type Probe } from "../probe";

export const sourceJson: Probe = {
  id: "source-json-body",
  question: "Is a POST of JSON to /src refused, which takes forms only?",
  async run(ask) {
    const seen = await ask.post(`${await ask.repository({})}/src`, {
      message: "Not a form",
      branch: "main",
    });
    return answer(seen.status >= 400, [seen]);
  },
};
