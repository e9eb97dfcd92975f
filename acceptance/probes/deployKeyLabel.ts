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
    const withKey = await ask.put(item, { key, label: "two" });
    const first = await ask.get(item);
    const alone = await ask.put(item, { label: "three" });
    const second = await ask.get(item);
    const [takesKey, takesAlone] = [
      isOk(withKey) && textOf(first.body, "label") === "two",
      isOk(alone) && textOf(second.body, "label") === "three",
    ];
    const seen = [made, withKey, first, alone, second];
    if (takesKey === takesAlone) return answer(takesKey, seen, { fields: ["label"] });
    const note = takesKey ? "only with the key in the body" : "only without the key in the body";
    return { ...answer(true, seen, { fields: ["label"] }), verdict: "other", note };
  },
};
