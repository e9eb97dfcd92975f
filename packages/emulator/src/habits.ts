/** Behaviour that the service leaves open, or shows only at times. */
export interface Habits {
  /** A new repository comes with the environments Test, Staging and Production. */
  readonly defaultEnvironments?: boolean;
  /** A deleted deploy key cannot be added again, as for up to 30 days on the service. */
  readonly reserveDeletedKeys?: boolean;
  /** An update of a repository ignores `fork_policy`, and uses only `no_forks` and `no_public_forks`. */
  readonly dropForkPolicy?: boolean;
  /**
   * How many times a project's deletion is refused after one of its repositories was deleted, because it
   * still counts.
   */
  readonly lateRepositoryDeletion?: number;
  /** Webhooks may point to this machine and to internal names, which the service refuses. */
  readonly internalWebhooks?: boolean;
  /** Milliseconds before a webhook's delivery is attempted again. Default: 1000. */
  readonly webhookRetryDelay?: number;
  /** A webhook's URL without a path is returned unchanged, without a trailing slash. */
  readonly keepWebhookUrls?: boolean;
}
