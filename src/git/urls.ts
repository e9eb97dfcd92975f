/**
 * The URLs of a repository in git. https://support.atlassian.com/bitbucket-cloud/docs/clone-a-git-repository/
 */
import { SettingError } from "../bitbucket";
import { type GitServer, gitUsers } from "./login";

/** A repository by the names in its URL. A rename changes them. */
export interface RepositoryName {
  readonly workspace: string;
  readonly slug: string;
}

export type RemoteForm = "https" | "ssh";

/** A remote's URL on Bitbucket. */
interface BitbucketRemote extends RepositoryName {
  readonly form: RemoteForm;
  readonly user: string | undefined;
  /** Whether it contains a password, which is never kept. */
  readonly hasPassword: boolean;
}

/** The host that serves SSH on the port of HTTPS, for networks that allow nothing else. */
const altssh = "altssh.bitbucket.org";

/** Parses a remote's URL; undefined if it is not on Bitbucket. */
export function parseRemote(url: string, server: GitServer): BitbucketRemote | undefined {
  const short = /^(?:([^@/\s:]+)@)?([^/:\s]+):(?!\/\/)(.+)$/.exec(url);
  if (short) {
    const [, user, host = "", path = ""] = short;
    return sshHosts(server).includes(host.toLowerCase()) ? toRemote("ssh", path, user, false) : undefined;
  }
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, hostname, pathname, username, password } = new URL(url);
  const user = username === "" ? undefined : decodeURIComponent(username);
  if (protocol === "ssh:" || protocol === "git+ssh:")
    return sshHosts(server).includes(hostname) ? toRemote("ssh", pathname, user, password !== "") : undefined;
  const known = [server.host, "bitbucket.org", "www.bitbucket.org"];
  if (!["https:", "http:"].includes(protocol) || !known.includes(host)) return undefined;
  return toRemote("https", pathname, user, password !== "");
}

function sshHosts(server: GitServer): string[] {
  return [server.host.replace(/:\d+$/, ""), "bitbucket.org", altssh];
}

function toRemote(
  form: RemoteForm,
  path: string,
  user: string | undefined,
  hasPassword: boolean,
): BitbucketRemote | undefined {
  const [workspace, slug, ...rest] = path.replace(/^\/+|\/+$/g, "").split("/");
  const name = slug?.replace(/\.git$/, "");
  if (!workspace || !name || rest.length > 0) return undefined;
  return { form, workspace, slug: name, user, hasPassword };
}

/** @param user The user name, if the URL should contain it. A credential helper makes it unnecessary. */
export function httpsUrl({ workspace, slug }: RepositoryName, server: GitServer, user?: string): string {
  const login = user === undefined ? "" : `${encodeURIComponent(user)}@`;
  return `${server.protocol}://${login}${server.host}/${workspace}/${slug}.git`;
}

function sshUrl({ workspace, slug }: RepositoryName, server: GitServer): string {
  return `git@${server.host.replace(/:\d+$/, "")}:${workspace}/${slug}.git`;
}

export function remoteUrl(form: RemoteForm, name: RepositoryName, server: GitServer): string {
  return form === "ssh" ? sshUrl(name, server) : httpsUrl(name, server);
}

/** All forms of URL, each with its purpose. */
export function cloneUrls(
  name: RepositoryName,
  server: GitServer,
): { readonly form: string; readonly url: string; readonly note: string }[] {
  const path = `${name.workspace}/${name.slug}.git`;
  return [
    {
      form: "https",
      url: httpsUrl(name, server),
      note: 'with the credential helper ("npx bitbucket-as-code git setup"), which sets the user name',
    },
    {
      form: "api-token",
      url: httpsUrl(name, server, gitUsers.apiToken),
      note: "a user's API token as the password; the Bitbucket user name works too, the e-mail address does not",
    },
    {
      form: "access-token",
      url: httpsUrl(name, server, gitUsers.accessToken),
      note: "an access token of a repository, project or workspace, or an OAuth token, as the password",
    },
    { form: "ssh", url: sshUrl(name, server), note: "with an SSH key" },
    ...(server.host === "bitbucket.org"
      ? [
          {
            form: "ssh-443",
            url: `ssh://git@${altssh}:443/${path}`,
            note: "SSH on the HTTPS port, for networks that block port 22",
          },
        ]
      : []),
  ];
}

/** Parses a repository from the command line: `workspace/repository`, or one of its URLs. */
export function parseRepositoryName(text: string, server: GitServer, workspace?: string): RepositoryName {
  const remote = parseRemote(text, server);
  if (remote) return remote;
  const [first = "", second, ...rest] = text.split("/");
  const name =
    second === undefined && workspace !== undefined
      ? { workspace, slug: first }
      : { workspace: first, slug: second ?? "" };
  if (rest.length > 0 || !isName(name.workspace) || !isName(name.slug))
    throw new SettingError(`"${text}" is not a repository: use workspace/repository.`);
  return name;
}

/** Whether a text is valid as the name of a workspace or repository in a URL, and as a folder's name. */
export function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && !/^\.+$|^\.git$|^-/i.test(text);
}
