/**
 * Git's protocol for credential helpers. https://git-scm.com/docs/git-credential#IOFMT
 *
 * The credentials themselves are stored elsewhere: `store` and `erase` change nothing.
 */
import { SettingError } from "../bitbucket";
import type { Env } from "../environment";
import { askedByUs, type GitLogin, type GitServer, gitUsers } from "./login";

/**
 * Git's description of the credential that it requests. Repeated attributes, such as `capability[]`, are
 * lists.
 */
interface CredentialRequest {
  readonly protocol: string | undefined;
  readonly host: string | undefined;
  /** Only set with `credential.useHttpPath`. */
  readonly path: string | undefined;
  readonly username: string | undefined;
}

/** Parses git's input to a helper. Unknown attributes are ignored, as git's documentation requires. */
export function parseCredentialRequest(text: string): CredentialRequest {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    // An empty line ends the description.
    if (line === "") break;
    const equals = line.indexOf("=");
    if (equals < 0) throw new SettingError(`git wrote "${line.slice(0, 20)}", which is not key=value.`);
    const [key, value] = [line.slice(0, equals), line.slice(equals + 1)];
    if (key === "url" && URL.canParse(value)) {
      const { protocol, host, pathname, username } = new URL(value);
      for (const name of ["protocol", "host", "path", "username"]) values.delete(name);
      values.set("protocol", protocol.slice(0, -1)).set("host", host);
      if (pathname.length > 1) values.set("path", pathname.slice(1));
      if (username !== "") values.set("username", decodeURIComponent(username));
    } else values.set(key, value);
  }
  return {
    protocol: values.get("protocol"),
    host: values.get("host")?.toLowerCase(),
    path: values.get("path"),
    username: values.get("username"),
  };
}

/** The workspace of the requested repository, if git names it. */
export function findWorkspace({ path }: CredentialRequest): string | undefined {
  const [workspace, repository] = (path ?? "").replace(/^\//, "").split("/");
  return workspace && repository ? workspace : undefined;
}

/**
 * Whether the credential is for that server. It is sent to no other, and without encryption only to this
 * machine.
 */
function isFor({ protocol, host }: CredentialRequest, server: GitServer): boolean {
  return protocol === server.protocol && host === server.host;
}

interface Helper {
  readonly env: Env;
  /** The servers that a credential may exist for. Git asks for others too, if configured so. */
  readonly servers: () => readonly GitServer[];
  /** Returns the credential, for a workspace if known. */
  readonly login: (workspace: string | undefined) => Promise<GitLogin>;
  /** Prints a line for the user. */
  readonly say: (line: string) => void;
}

/** The helper's response to `get`, `store`, `erase`, or to an operation of a later git. */
export async function answerRequest(operation: string, text: string, helper: Helper): Promise<string> {
  if (operation !== "get" && operation !== "erase") return "";
  const asked = parseCredentialRequest(text);
  if (!helper.servers().some((server) => isFor(asked, server))) return "";
  if (operation === "erase") {
    // Git does so when the server has refused it. It may still be valid later.
    helper.say(
      `${asked.host} did not accept the credential. Nothing was deleted: "npx bitbucket-as-code auth status" shows where it comes from.`,
    );
    return "";
  }
  // A lookup of credentials queries git, and git queries this helper.
  if (helper.env[askedByUs]) return "";
  const login = await helper.login(findWorkspace(asked));
  const username = userFor(asked, login);
  if (username === undefined || !isFor(asked, login.server)) return "";
  return `username=${username}\npassword=${login.password.reveal()}\n`;
}

/** The user name of the response; undefined if git asks for another user or workspace. */
function userFor(asked: CredentialRequest, { type, username, workspace }: GitLogin): string | undefined {
  const at = findWorkspace(asked);
  if (workspace !== undefined && at !== undefined && at.toLowerCase() !== workspace.toLowerCase())
    return undefined;
  if (asked.username === undefined || asked.username === "" || asked.username === username) return username;
  // Every API token works with this user name as well as with its user's own.
  return type === "api-token" && asked.username === gitUsers.apiToken ? asked.username : undefined;
}
