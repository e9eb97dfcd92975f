import type { Probe } from "../probe";

export const organisationGroups: Probe = {
  id: "organisation-groups",
  question: "Are the groups of Atlassian's Organizations API those of a Bitbucket workspace?",
  async run() {
    return {
      verdict: "not-possible",
      evidence: [],
      note: "another host and another key than Bitbucket's: this suite asks no other host",
    };
  },
};
