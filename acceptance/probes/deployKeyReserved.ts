import { sshPublicKey } from "../keys";
import { answer, isOk, type Probe, textOf } from "../probe";

export const deployKeyReserved: Probe = {
  id: "deploy-key-reserved",
  question: "Is a deploy key that was deleted refused for a while?",
  async run(ask) {
    const path = `${await ask.repository({ empty: true })}/deploy-keys`;
    const body = { key: sshPublicKey(), label: "" };
    const made = await ask.post(path, body);
    if (!isOk(made)) return answer(false, [made]);
    await ask.delete(`${path}/${textOf(made.body, "id")}`);
    const again = await ask.post(path, body);
    return answer(!isOk(again), [made, again]);
  },
};
