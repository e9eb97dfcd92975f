import { answer, isOk, type Probe } from "../probe";

export const folderListing: Probe = {
  id: "folder-listing",
  question: "Does /src/{commit}/ list the folder at the root, where a file of it answers 404?",
  async run(ask) {
    const path = await ask.repository({});
    const missing = await ask.get(`${path}/src/main/.bitbucket/settings.yaml`);
    const root = await ask.get(`${path}/src/main/`, { pagelen: "100" });
    return answer(isOk(root) && missing.status === 404, [missing, root]);
  },
};
