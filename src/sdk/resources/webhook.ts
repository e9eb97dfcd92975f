// Generated from the kinds by `npm run docs`. Do not edit.
import type * as pulumi from "@pulumi/pulumi";
import { BitbucketResource } from "../resource";

/** The arguments of {@link Webhook}. */
export interface WebhookArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a webhook of the workspace. A change replaces the webhook.
   */
  repository?: pulumi.Input<string | undefined>;
  /**
   * What the webhook belongs to. Set it if `repository` can be undefined on purpose: without it, that is
   * an error.
   */
  level?: "repository" | "workspace" | undefined;
  /**
   * The URL that receives the events.
   *
   * Must have at most 2048 characters.
   */
  url: pulumi.Input<string>;
  /**
   * The title shown in the settings.
   *
   * Default: `""`.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   */
  description?: pulumi.Input<string | undefined>;
  /**
   * The events to send, in any order.
   *
   * Must name at least one event.
   */
  events: pulumi.Input<pulumi.Input<WebhookEvent>[]>;
  /**
   * Whether events are sent.
   *
   * Default: `true`.
   */
  active?: pulumi.Input<boolean | undefined>;
  /**
   * Signs the requests. The API never returns it. If omitted, the webhook's secret stays unchanged.
   *
   * Must not be empty: omit it to keep the webhook's secret unchanged. Must have at most 128 characters.
   *
   * Secret: it is encrypted in the state.
   */
  secret?: pulumi.Input<string | undefined>;
  /**
   * Whether to send to servers with an invalid certificate.
   *
   * Default: `false`.
   */
  skipCertVerification?: pulumi.Input<boolean | undefined>;
  /**
   * Whether Bitbucket keeps a history of requests and responses.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  historyEnabled?: pulumi.Input<boolean | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  adopt?: pulumi.Input<boolean | undefined>;
}

/** Where {@link Webhook.get} finds a webhook. */
export interface WebhookState {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: pulumi.Input<string | undefined>;
  /**
   * The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.
   *
   * Omit it for a webhook of the workspace.
   */
  repository?: pulumi.Input<string | undefined>;
}

/** The values of `event`. */
export type WebhookEvent =
  | "issue:comment_created"
  | "issue:created"
  | "issue:updated"
  | "pipeline:span_created"
  | "project:updated"
  | "pullrequest:approved"
  | "pullrequest:changes_request_created"
  | "pullrequest:changes_request_removed"
  | "pullrequest:comment_created"
  | "pullrequest:comment_deleted"
  | "pullrequest:comment_reopened"
  | "pullrequest:comment_resolved"
  | "pullrequest:comment_updated"
  | "pullrequest:created"
  | "pullrequest:fulfilled"
  | "pullrequest:push"
  | "pullrequest:rejected"
  | "pullrequest:unapproved"
  | "pullrequest:updated"
  | "repo:commit_comment_created"
  | "repo:commit_status_created"
  | "repo:commit_status_updated"
  | "repo:created"
  | "repo:deleted"
  | "repo:fork"
  | "repo:imported"
  | "repo:push"
  | "repo:transfer"
  | "repo:updated";

/**
 * A webhook of a repository, or of the whole workspace.
 *
 * @example
 * ```typescript
 * import * as pulumi from "@pulumi/pulumi";
 * import { Repository, Webhook } from "bitbucket-as-code";
 *
 * const config = new pulumi.Config();
 * const api = new Repository("api", { workspace: "acme", name: "api" });
 *
 * new Webhook("example", {
 *   workspace: "acme",
 *   repository: api.uuid,
 *   description: "ci",
 *   url: "https://ci.example.com/bitbucket",
 *   events: ["repo:push", "pullrequest:created"],
 *   secret: config.requireSecret("secret"),
 * });
 * ```
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/rest/api-group-webhooks/
 */
export class Webhook extends BitbucketResource {
  /** The UUID. */
  declare readonly uuid: pulumi.Output<string>;
  /** Whether it has a secret. */
  declare readonly secretSet: pulumi.Output<boolean>;
  /**
   * The URL that receives the events.
   *
   * Must have at most 2048 characters.
   */
  declare readonly url: pulumi.Output<string>;
  /**
   * The title shown in the settings.
   *
   * Default: `""`.
   *
   * Must have at most 255 characters. Must be a single line without control characters.
   */
  declare readonly description: pulumi.Output<string>;
  /**
   * The events to send, in any order.
   *
   * Must name at least one event.
   */
  declare readonly events: pulumi.Output<WebhookEvent[]>;
  /**
   * Whether events are sent.
   *
   * Default: `true`.
   */
  declare readonly active: pulumi.Output<boolean>;
  /**
   * Signs the requests. The API never returns it. If omitted, the webhook's secret stays unchanged.
   *
   * Must not be empty: omit it to keep the webhook's secret unchanged. Must have at most 128 characters.
   *
   * Secret: it is encrypted in the state.
   */
  declare readonly secret: pulumi.Output<string | undefined>;
  /**
   * Whether to send to servers with an invalid certificate.
   *
   * Default: `false`.
   */
  declare readonly skipCertVerification: pulumi.Output<boolean>;
  /**
   * Whether Bitbucket keeps a history of requests and responses.
   *
   * If it is omitted, Bitbucket decides, and it is not managed.
   */
  declare readonly historyEnabled: pulumi.Output<boolean | undefined>;
  /**
   * Adopt an existing object with the same natural key, and update it to the desired state. Without it,
   * an existing object that differs is an error. In YAML, this also applies to resources in it.
   *
   * It takes effect on the next write, and is not kept in the state.
   */
  declare readonly adopt: pulumi.Output<boolean | undefined>;
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the
   * environment variable `BITBUCKET_WORKSPACE`.
   */
  declare readonly workspace: pulumi.Output<string>;
  /** The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`. */
  declare readonly repository: pulumi.Output<string | undefined>;

  /**
   * Declares a webhook, which `pulumi up` creates and keeps as declared.
   *
   * @param name The resource's name in the stack.
   * @param args The properties.
   * @param opts Pulumi's options.
   */
  constructor(name: string, args: WebhookArgs, opts?: pulumi.CustomResourceOptions) {
    super("Webhook", name, args, opts);
  }

  /**
   * Looks up a webhook that this stack does not manage.
   *
   * @param name The resource's name in the stack.
   * @param id Its UUID, or its `url`.
   * @param state Where it is.
   * @param opts Pulumi's options.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: WebhookState, opts?: pulumi.CustomResourceOptions): Webhook {
    return new Webhook(name, (state ?? {}) as WebhookArgs, { ...opts, id });
  }

  /** Whether an object is a resource of this class, even of another copy of this package. */
  static override isInstance(object: unknown): object is Webhook {
    return BitbucketResource.isKind(object, "Webhook");
  }
}
