import { sshPublicKey } from "../keys";
import { answer, isOk, type Probe, textOf } from "../probe";

export const deployKeyLabel: Probe = {
  id: "deploy-key-label",
  question: "Can a repository's deploy key get another label by a PUT?",
  async run(ask) {
    const path = `${await ask.repository({ empty: true })}/deploy-keys`;
    const key = sshPublicKey();
    const made = await ask.post(path, { key, label: "one" });
    if (!isOk(made)) return answer(false, [made]);
    const item = `${path}/${textOf(made.body, "id")}`;
    const put = await ask.put(item, { key, label: "two" });
    const read = await ask.get(item);
    return answer(isOk(put) && textOf(read.body, "label") === "two", [made, put, read], {
      fields: ["label"],
    });
  },
};
