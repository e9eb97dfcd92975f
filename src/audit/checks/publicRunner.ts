import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";

export const publicRunner: AuditCheck = {
  id: "public-runner",
  title: "A public repository uses a self-hosted runner",
  area: "pipelines",
  severity: "critical",
  why: "Anyone whose change is built can run programs inside the runner's network.",
  fix: "Delete the runner from the public repository. Its builds then run on Atlassian's infrastructure.",
  benchmarks: [],
  needs: ["settings", "runners"],
  repository: ({ isPrivate, runners }) =>
    isPrivate
      ? []
      : runners.map((object) => ({
          subject: `runner ${escapeUnprintable(String(object.found.args.name))}`,
          message: "takes the builds of a public repository",
          object,
        })),
};
