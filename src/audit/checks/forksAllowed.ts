import type { AuditCheck } from "./shared/check";

export const forksAllowed: AuditCheck = {
  id: "public-forks",
  title: "A private repository can be forked publicly",
  area: "visibility",
  severity: "medium",
  why: "Anyone who can read the repository can publish a copy of it.",
  fix: "Set `forkPolicy` to `no_public_forks` or `no_forks`.",
  benchmarks: [{ source: "CIS", id: "1.2.5" }],
  needs: ["settings"],
  repository: ({ isPrivate, object }) =>
    !isPrivate || object.found.args.forkPolicy !== "allow_forks"
      ? []
      : [
          {
            subject: "repository",
            message: "may be forked by everybody who reads it, into public repositories as well",
            remedy: { set: object, fields: { forkPolicy: "no_public_forks" } },
          },
        ],
};
