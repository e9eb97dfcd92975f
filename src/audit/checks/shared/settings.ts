/** What an audit holds a workspace to, where there is no single right answer. */

export interface AuditSettings {
  /** Approvals that a merge into the main branch must need. */
  readonly approvals: number;
  /** Direct users with admin rights on one project or repository, at most. */
  readonly maxAdmins: number;
  /** UUIDs of the users who may have admin rights. Left out: not checked. */
  readonly admins?: ReadonlySet<string> | undefined;
  /** Hosts that webhooks may be sent to: names, or globs of them. Left out: not checked. */
  readonly webhookHosts?: readonly string[] | undefined;
  /** Days after which a deploy key is old. */
  readonly keyDays: number;
  /** Days without a use after which a deploy key counts as unused. */
  readonly unusedDays: number;
  /** Days without a commit after which a repository counts as inactive. */
  readonly inactiveDays: number;
  /** The time of the audit. */
  readonly now: Date;
}

export const defaultSettings = {
  approvals: 1,
  maxAdmins: 3,
  keyDays: 365,
  unusedDays: 90,
  inactiveDays: 365,
} as const;

/** Whole days between a time of the API and the audit. */
export function daysSince(time: string, { now }: Pick<AuditSettings, "now">): number {
  return Math.floor((now.getTime() - Date.parse(time)) / 86_400_000);
}
