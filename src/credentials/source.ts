/** Sources of credentials and their answers. */
import type { TokenType } from "../bitbucket";
import type { Env } from "../environment";
import type { CredentialProfile } from "./profiles";

export const pieceNames = [
  "token",
  "tokenType",
  "email",
  "username",
  "oauthClientId",
  "oauthClientSecret",
] as const;
export type PieceName = (typeof pieceNames)[number];

/**
 * A part of a credential. Its text is fetched on first use: that can ask somebody for a passphrase.
 */
export interface Piece {
  /** Its source, in the user's terms: `BITBUCKET_TOKEN`, or `the entry bitbucket/acme/username of pass`. */
  readonly from: string;
  /** @throws {CredentialsError} if it exists and cannot be read. */
  readonly text: () => string;
}

type Pieces = { readonly [name in PieceName]?: Piece };

/** A source's answer. It is empty if the source has nothing, or does not exist. */
export interface SourceAnswer {
  readonly pieces: Pieces;
  /** The token's type unless another is specified. */
  readonly impliedType?: TokenType;
  /** Hints for the user: for example about a name that belongs to another tool. */
  readonly notes?: readonly string[];
  /** The reason why it could not be queried. The other sources are queried all the same. */
  readonly problem?: string;
  /** Whether it has an app password, which no longer works. */
  readonly hasAppPassword?: boolean;
}

/** The places to look in. */
export interface CredentialSources {
  readonly env: Env;
  /** The stack's configuration below `bitbucket:`. Its keys: `token`, `tokenType`, `email`, `username`, `oauthClientId`, … */
  readonly config?: (key: string) => string | undefined;
  /** What errors write before the keys of the configuration. Default: `bitbucket`. */
  readonly namespace?: string;
  /** Whether a key is set, for when `config` may be slow. */
  readonly configHas?: (key: string) => boolean;
  /** The folder in or above which the Pulumi project is. Default: the working directory. */
  readonly folder?: string;
  /** Sources to skip: git's credential helper must not query itself. */
  readonly without?: readonly SourceName[];
}

/** The input of a source. */
export interface SourceContext {
  readonly env: Env;
  readonly config: (key: string) => string | undefined;
  readonly configHas: (key: string) => boolean;
  readonly namespace: string;
  readonly profile: CredentialProfile | undefined;
  /** Names under which a store may hold a credential, the most specific first. */
  readonly names: readonly string[];
  /** The server of git's credentials. */
  readonly gitServer: GitServer;
}

export interface GitServer {
  /** `https`, except for an emulator. */
  readonly protocol: string;
  /** With the port, unless it is the default one. */
  readonly host: string;
}

const sourceNames = [
  "flags",
  "profile",
  "environment",
  "terraform",
  "configuration",
  "default profile",
  "pass",
  "git",
  "keychain",
] as const;
export type SourceName = (typeof sourceNames)[number];

export interface CredentialSource {
  readonly name: SourceName;
  /** For people: "the environment". */
  readonly title: string;
  /**
   * Whether querying it starts another program. It is only queried if the sources before it have no token.
   */
  readonly slow: boolean;
  look(context: SourceContext): SourceAnswer;
}

export const nothing: SourceAnswer = { pieces: {} };

/** A part whose text is known; undefined if there is none. */
export function toPiece(text: string | undefined, from: string): Piece | undefined {
  return text ? { from, text: () => text } : undefined;
}

/** Omits missing parts. */
export function toPieces(pieces: { readonly [name in PieceName]?: Piece | undefined }): Pieces {
  return Object.fromEntries(Object.entries(pieces).filter(([, one]) => one !== undefined));
}
