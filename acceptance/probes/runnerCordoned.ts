import { answer, fieldOf, isOk, type Probe, textOf } from "../probe";

export const runnerCordoned: Probe = {
  id: "runner-cordoned",
  question: "Can a runner be cordoned by a PUT of `cordoned`?",
  async run(ask) {
    const path = `${await ask.repository({ pipelines: true })}/pipelines-config/runners`;
    const name = ask.scratch.names.text("cordoned");
    const made = await ask.post(path, { name, labels: ["self.hosted", "linux"] });
    if (!isOk(made)) return answer(false, [made]);
    const item = `${path}/${encodeURIComponent(textOf(made.body, "uuid"))}`;
    const put = await ask.put(item, { name, labels: ["self.hosted", "linux"], cordoned: true });
    const read = await ask.get(item);
    const holds =
      isOk(put) && [fieldOf(read.body, "cordoned"), fieldOf(read.body, "state.cordoned")].includes(true);
    return answer(holds, [made, put, read], { fields: ["cordoned", "state.cordoned"] });
  },
};
