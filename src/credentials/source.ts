/** Sources of credentials and their answers. */
import type { TokenType } from "../bitbucket";
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

/** A piece that is there. Its text is fetched when it is needed: somebody may have to type a passphrase for it. */
export interface Piece {
  /**
   * Where it comes from, as the user would name it: `BITBUCKET_TOKEN`, or `the entry bitbucket/acme/username of
   * pass`.
   */
  readonly from: string;
  /** @throws {CredentialsError} where it is there and cannot be had. */
  readonly text: () => string;
}

export type Pieces = { readonly [name in PieceName]?: Piece };

/** What a source says. A source that has nothing, or is not there at all, says nothing. */
export interface SourceAnswer {
  readonly pieces: Pieces;
  /** The type that its token must have where nobody says another. */
  readonly impliedType?: TokenType;
  /** What the user should know of it: for example a name that belongs to another tool. */
  readonly notes?: readonly string[];
  /** Why it could not be asked. It does not keep the others from being asked. */
  readonly problem?: string;
  /** It has an app password, which does not work any more. */
  readonly hasAppPassword?: boolean;
}

/** Where to look. */
export interface CredentialSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The stack's configuration below `bitbucket:`. Its keys: `token`, `tokenType`, `email`, `username`, `oauthClientId`, … */
  readonly config?: (key: string) => string | undefined;
  /** Whether a key is there, where `config` may be slow. */
  readonly configHas?: (key: string) => boolean;
  /** The folder from which the Pulumi project is looked for. Default: the working directory. */
  readonly folder?: string;
  /** Sources that are left out: git's credential helper must not ask itself. */
  readonly without?: readonly SourceName[];
}

/** The input of a source. */
export interface SourceContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: (key: string) => string | undefined;
  readonly configHas: (key: string) => boolean;
  readonly profile: CredentialProfile | undefined;
  /** Names under which a store may hold a credential, the most particular first. */
  readonly names: readonly string[];
  /** The server on which git's credentials count. */
  readonly gitServer: GitServer;
}

export interface GitServer {
  /** `https`, except for an emulator. */
  readonly protocol: string;
  /** With the port, where it is not the usual one. */
  readonly host: string;
}

export const sourceNames = [
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
  /** Asking it starts another program. It is asked only where the sources before it have no token. */
  readonly slow: boolean;
  look(context: SourceContext): SourceAnswer;
}

export const nothing: SourceAnswer = { pieces: {} };

/** A piece whose text is at hand; undefined where there is none. */
export function toPiece(text: string | undefined, from: string): Piece | undefined {
  return text ? { from, text: () => text } : undefined;
}

/** Without those that are not there. */
export function toPieces(pieces: { readonly [name in PieceName]?: Piece | undefined }): Pieces {
  return Object.fromEntries(Object.entries(pieces).filter(([, one]) => one !== undefined));
}
