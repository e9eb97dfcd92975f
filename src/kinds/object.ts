/** An object of Bitbucket: where it lives, its values, and what can be wrong with them. */

/** What an object can belong to. */
export type ParentName = "workspace" | "project" | "repository" | "environment" | "account";

/** Where an object lives, ready for a path. A project is given by its key, an environment by its UUID. */
export interface Location {
  readonly workspace: string;
  readonly project?: string | undefined;
  /** UUID with braces, or slug. The UUID survives renames. */
  readonly repository?: string | undefined;
  readonly environment?: string | undefined;
  /** UUID of the credential's own user. */
  readonly account?: string | undefined;
}

/** Field values by name, in the form of the kind's args. */
export type Properties = Readonly<Record<string, unknown>>;

/** An object as the API returned it, in the kind's own terms. */
export interface LiveObject<Args = Properties, Outputs = Properties> {
  /** What names the object for good: a UUID with braces, a numeric id, or the natural key where there is no other. */
  readonly id: string;
  /** Every field that the API returns, whether managed or not. */
  readonly args: Args;
  readonly outputs: Outputs;
}

/** A problem with values that is found without a request. */
export interface ValueIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The field that it contradicts: of the same object, or of the one that it refers to. */
  readonly with?: readonly (string | number)[];
  /** What is left out that a front end has its own way to set: it may say how. */
  readonly lacks?: "workspace";
}
