/** The output of the commands for credentials, git, pipelines and reports in Bitbucket. */
import { z } from "zod";
import { count, repository } from "./common";

const scopes = z.array(z.object({ scope: z.string(), for: z.array(z.string()) }));

export const serviceOutputs = {
  doctor: z
    .object({
      findings: z.array(
        z.object({
          check: z.string().meta({ description: "The subject: credential, identity, scopes." }),
          status: z.enum(["ok", "note", "warning", "problem"]),
          text: z.string(),
          todo: z.array(z.string()).optional(),
        }),
      ),
    })
    .meta({ description: "doctor." }),
  authStatus: z
    .object({
      type: z.string().optional().meta({ description: "Missing: there is no credential." }),
      sentAs: z.string().optional(),
      gitUser: z.string().optional(),
      api: z.object({ url: z.string(), from: z.string() }),
      profile: z.object({ name: z.string(), chosenBy: z.string() }).optional(),
      pieces: z
        .record(z.string(), z.object({ from: z.string(), value: z.string().optional() }))
        .meta({ description: "Secrets have no value." }),
      places: z.array(
        z.object({
          place: z.string(),
          state: z.enum(["wins", "shadowed", "has no token", "nothing", "not checked"]),
          has: z.array(z.string()),
          problem: z.string().optional(),
        }),
      ),
      notes: z.array(z.string()),
      problem: z.string().optional(),
    })
    .meta({ description: "auth status." }),
  authScopes: z
    .object({
      stack: z.string(),
      for: z.enum(["preview", "apply", "destroy"]),
      type: z.string(),
      needed: scopes,
      recommended: scopes,
      refused: z.array(z.string()).meta({ description: "Not possible with any scope." }),
      removal: scopes.meta({ description: "Only to delete or replace." }),
    })
    .meta({ description: "auth scopes." }),
  caches: z
    .object({ repository, cleared: z.string().meta({ description: "A name, or all." }) })
    .meta({ description: "caches clear." }),
  report: z
    .object({
      published: z.array(
        z.object({
          what: z.enum(["comment", "insights", "status"]),
          done: z.enum(["created", "updated"]),
          link: z.string().optional(),
        }),
      ),
      problems: z.array(z.string()),
    })
    .meta({ description: "report." }),
  comment: z.object({ comment: z.string() }).meta({ description: "report --print: Markdown." }),
  gitUrl: z
    .array(z.object({ form: z.string(), url: z.string(), note: z.string() }))
    .meta({ description: "git url." }),
  gitClone: z
    .object({
      counts: z.record(z.string(), count).meta({ description: "By outcome." }),
      left: count.meta({ description: "Not started." }),
      repositories: z.array(
        z.object({
          workspace: z.string(),
          slug: z.string(),
          folder: z.string(),
          outcome: z.enum(["planned", "cloned", "updated", "current", "fetched", "skipped", "failed"]),
          detail: z.string(),
        }),
      ),
    })
    .meta({ description: "git clone." }),
  gitRemotes: z
    .object({
      clones: z.array(z.string()),
      changes: z.array(
        z.object({
          folder: z.string(),
          remote: z.string(),
          key: z.enum(["url", "pushurl"]),
          before: z.string().meta({ description: "Passwords are masked." }),
          after: z.string(),
        }),
      ),
      right: count.meta({ description: "URLs that are as asked for." }),
      notes: z.array(z.string()),
    })
    .meta({ description: "git remote set." }),
  migrateAudit: z
    .object({
      findings: z.array(
        z.object({
          rule: z.string(),
          level: z.enum(["broken", "exposed", "check", "note"]),
          path: z.string(),
          line: z.int(),
          text: z.string().meta({ description: "The line, without secrets." }),
          why: z.string(),
          instead: z.string(),
          variable: z.string().optional(),
          fixable: z.boolean(),
        }),
      ),
      files: count,
      repositories: count.optional(),
      requests: count.optional(),
      unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
      left: z.array(z.string()).optional().meta({ description: "Repositories not completely read." }),
    })
    .meta({ description: "migrate audit." }),
  migrateChecklist: z
    .array(
      z.object({
        id: z.string(),
        title: z.string(),
        state: z.enum(["done", "open", "unknown", "manual"]),
        seen: z.string(),
        todo: z.string().meta({ description: "Empty: it is done." }),
      }),
    )
    .meta({ description: "migrate checklist." }),
};
