import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";

export const publicRunner: AuditCheck = {
  id: "public-runner",
  title: "A public repository builds on an own runner",
  area: "pipelines",
  severity: "critical",
  why: "Whoever gets a change built runs programs inside the network that the runner is in.",
  fix: "Delete the runner of the public repository: builds run at Atlassian then.",
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
