import type { Probe } from "../probe";

export const inheritedRestrictions: Probe = {
  id: "inherited-restrictions",
  question: "Are a project's branch restrictions in the list of its repository's?",
  async run() {
    return {
      verdict: "not-possible",
      evidence: [],
      note: "no public API creates a project's branch restrictions: look once by hand",
    };
  },
};
