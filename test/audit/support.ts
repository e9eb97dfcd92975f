/** A workspace in the emulator that has nothing to say against it, and audits of it. */
import { type AuditCheck, auditWorkspace, checks, defaultSettings } from "../../src/audit";
import type { AuditOptions } from "../../src/audit/audit";
import type { AuditSettings } from "../../src/audit/checks/shared/settings";
import { createClient, Secret } from "../../src/bitbucket";
import { LiveReader } from "../../src/live";
import { type Emulator, exampleTokens } from "../support/emulator";

export const now = new Date("2026-03-02T12:00:00Z");
export const daysAgo = (days: number) =>
  new Date(now.getTime() - days * 86_400_000).toISOString().replace("Z", "000+00:00");

export function acmeOf({ state }: Emulator) {
  const acme = state.workspaces.get("acme");
  if (!acme) throw new Error("the workspace acme is not there");
  return acme;
}

/** Brings the emulator's example into a state that no check finds anything in. */
export function clean(emulator: Emulator): void {
  const acme = acmeOf(emulator);
  const secure = (hooks: typeof acme.hooks) => {
    for (const hook of hooks.values()) hook.secret = "a-secret-of-a-webhook";
  };
  secure(acme.hooks);
  for (const repository of acme.repositories.values()) {
    secure(repository.hooks);
    repository.fork_policy = "no_forks";
    for (const key of repository.deployKeys.values())
      Object.assign(key, { added_on: daysAgo(10), last_used: daysAgo(1) });
    for (const environment of repository.environments.values())
      if (environment.type === "Production") environment.adminOnly = true;
    repository.restrictions.clear();
    for (const [kind, value] of [
      ["force", null],
      ["delete", null],
      ["push", null],
      ["require_approvals_to_merge", 1],
      ["require_passing_builds_to_merge", 1],
    ] as const) {
      const id = emulator.state.nextId++;
      repository.restrictions.set(id, {
        id,
        kind,
        value,
        branch_match_kind: "glob",
        pattern: "main",
        users: [],
        groups: [],
      });
    }
  }
}

export async function audit(
  emulator: Emulator,
  options: {
    readonly settings?: Partial<AuditSettings>;
    readonly checks?: readonly AuditCheck[];
    readonly token?: string;
    readonly workspace?: string;
  } & Partial<Pick<AuditOptions, "accept" | "repositories" | "projects">> = {},
) {
  const client = createClient({
    credentials: {
      type: "api-token",
      email: exampleTokens.email,
      token: new Secret(options.token ?? exampleTokens.admin),
    },
    baseUrl: emulator.url,
    readOnly: true,
  });
  try {
    return await auditWorkspace(client, new LiveReader(client), {
      workspace: options.workspace ?? "acme",
      checks: options.checks ?? checks,
      settings: {
        ...defaultSettings,
        admins: new Set<string>(),
        webhookHosts: ["*.acme.example.com"],
        now,
        ...options.settings,
      },
      ...(options.accept ? { accept: options.accept } : {}),
      ...(options.repositories ? { repositories: options.repositories } : {}),
      ...(options.projects ? { projects: options.projects } : {}),
    });
  } finally {
    await client.close();
  }
}
