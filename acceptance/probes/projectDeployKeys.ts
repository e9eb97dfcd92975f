import { sshPublicKey } from "../keys";
import { evidence, isOk, type Probe } from "../probe";

export const projectDeployKeys: Probe = {
  id: "project-deploy-keys",
  question: "May this kind of credential add a project's deploy key?",
  async run(ask) {
    const path = `${ask.workspacePath}/projects/${ask.scratch.projectKey}/deploy-keys`;
    const listed = await ask.get(path);
    const made = await ask.post(path, { key: sshPublicKey(), label: "" });
    // A refusal is the expected response here.
    return {
      verdict: isOk(made) ? "yes" : "no",
      evidence: [evidence(listed), evidence(made)],
      note: `asked with: ${ask.scratch.client.credentials.type}`,
    };
  },
};
