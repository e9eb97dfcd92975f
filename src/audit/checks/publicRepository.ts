import type { AuditCheck } from "./shared/check";

export const publicRepository: AuditCheck = {
  id: "public-repository",
  title: "Public repository",
  area: "visibility",
  severity: "high",
  why: "Everybody on the internet reads its code, its history and its pipelines' logs, and forks it.",
  fix: "Make it private. If it is meant to be public, accept that in the baseline.",
  benchmarks: [{ source: "CIS", id: "1.2.6" }],
  needs: ["settings"],
  repository: ({ isPrivate, object }) =>
    isPrivate
      ? []
      : [
          {
            subject: "repository",
            message: "is public",
            remedy: { set: object, fields: { isPrivate: true } },
          },
        ],
};
