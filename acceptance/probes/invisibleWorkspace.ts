import { apiPath } from "../../src/bitbucket";
import { evidence, type Probe } from "../probe";

export const invisibleWorkspace: Probe = {
  id: "invisible-workspace",
  question: "Is a workspace that the credential may not see answered with 403?",
  async run(ask) {
    const seen = await ask.get(apiPath`/workspaces/${ask.scratch.names.text("nowhere")}`);
    return {
      verdict: seen.status === 403 ? "yes" : "no",
      evidence: [evidence(seen)],
      note: "asked for a name that nobody has: one that somebody has may be answered otherwise",
    };
  },
};
