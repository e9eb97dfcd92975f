import { answer, fieldOf, isOk, type Probe, textOf } from "../probe";

export const runnerLabels: Probe = {
  id: "runner-labels",
  question: "Can a runner's labels be changed?",
  async run(ask) {
    const path = `${await ask.repository({ pipelines: true })}/pipelines-config/runners`;
    const name = ask.scratch.names.text("labels");
    const made = await ask.post(path, { name, labels: ["self.hosted", "linux"] });
    if (!isOk(made)) return answer(false, [made]);
    const item = `${path}/${encodeURIComponent(textOf(made.body, "uuid"))}`;
    const put = await ask.put(item, { name, labels: ["self.hosted", "linux", "other"] });
    const read = await ask.get(item);
    const labels = fieldOf(read.body, "labels");
    return answer(isOk(put) && Array.isArray(labels) && labels.includes("other"), [made, put, read], {
      fields: ["labels"],
    });
  },
};
