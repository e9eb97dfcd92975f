import type { AuditCheck } from "./shared/check";

export const publicRepository: AuditCheck = {
  id: "public-repository",
  title: "Public repository",
  area: "visibility",
  severity: "high",
  why: "Anyone on the internet can read its code, its history and its pipeline logs, and fork it.",
  fix: "Make it private. If it is public on purpose, add it to the baseline or the exceptions.",
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
