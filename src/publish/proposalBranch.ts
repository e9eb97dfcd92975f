/** The branch and the pull request of a stack, as they are in Bitbucket: found, read, and written. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { apiPath, type Client, NotFoundError } from "../bitbucket";
import { parseAs, UserError } from "../errors";
import type { Notice } from "./notice";

export interface Proposal {
  readonly stack: string;
  readonly title: string;
  /** What is found; its `id` is that of the pull request. */
  readonly notice: Notice;
  /** New texts of files, by their paths in the repository. */
  readonly files: ReadonlyMap<string, string>;
  /** The texts that the new ones were made from. */
  readonly base: ReadonlyMap<string, string>;
  readonly link?: string | undefined;
  /** What the description says beside the files: where it differs, it is updated. */
  readonly told?: string | undefined;
}

export const pullRequest = z.object({
  id: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  source: z.object({
    branch: z.object({ name: z.string() }),
    repository: z.object({ full_name: z.string() }).nullish(),
  }),
  reviewers: z.array(z.object({ uuid: z.string() })).nullish(),
  links: z.object({ html: z.object({ href: z.string() }).optional() }).nullish(),
});

export type FoundPullRequest = z.output<typeof pullRequest>;

const branchHead = z.object({ target: z.object({ hash: z.string() }) });

const commitOf = z.object({ hash: z.string(), message: z.string() });

const repositoryOf = z.object({ mainbranch: z.object({ name: z.string() }).nullish() });

/** The branch of a stack's pull request. */
export function branchOf(stack: string): string {
  return `bitbucket-as-code-drift-${stack}`;
}

interface MainBranch {
  readonly name: string;
  readonly hash: string;
}

interface ProposalBranch {
  readonly hash: string;
  /** Whether it holds something that this package has not written. */
  readonly isForeign: boolean;
  /** The files that earlier commits have changed. */
  readonly files: ReadonlySet<string>;
}

export class ProposalPlace {
  readonly branch: string;
  /** The line in the description, with the digest. */
  readonly marker: RegExp;
  readonly #path: string;

  constructor(
    private readonly client: Client,
    private readonly repository: string,
    stack: string,
  ) {
    const [workspace = "", slug = ""] = repository.split("/");
    this.#path = apiPath`/repositories/${workspace}/${slug}`;
    this.branch = branchOf(stack);
    const id = this.branch.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    this.marker = new RegExp(`^\\[//\\]: # "${id}(?: ([0-9a-f]{32}))?"$`, "m");
  }

  get pullRequests(): string {
    return `${this.#path}/pullrequests`;
  }

  async findMain(): Promise<MainBranch> {
    const { mainbranch } = parseAs(
      repositoryOf,
      await this.client.get(this.#path),
      `The response to GET ${this.#path}`,
    );
    const hash = mainbranch && (await this.#head(mainbranch.name));
    if (!hash) throw new UserError(`The repository ${this.repository} has no main branch with a commit yet.`);
    return { name: mainbranch.name, hash };
  }

  /** The checkout must be that of the main branch: otherwise a commit would undo what others have merged. */
  async requireBase(hash: string, base: ReadonlyMap<string, string>): Promise<void> {
    for (const [path, text] of base)
      if ((await this.#read(hash, path)) !== text)
        throw new UserError(
          `${path} differs from that of the main branch of ${this.repository}. Check out its newest commit, and run this again.`,
        );
  }

  /** Whether a commit has these files with these texts. */
  async hasAll(hash: string, files: ReadonlyMap<string, string>): Promise<boolean> {
    for (const [path, text] of files) if ((await this.#read(hash, path)) !== text) return false;
    return true;
  }

  async readBranch(main: MainBranch): Promise<ProposalBranch | undefined> {
    const hash = await this.#head(this.branch);
    if (hash === undefined) return undefined;
    const commits = (
      await this.client.list(`${this.#path}/commits`, {
        query: { include: hash, exclude: main.hash },
        fields: "hash,message",
      })
    ).map((item) => parseAs(commitOf, item, "A commit"));
    const records = commits.map(({ message }) => readTrailers(message, this.branch));
    const files = new Set(records.flatMap((record) => [...(record?.keys() ?? [])]));
    // A commit can be amended and keep its message: its files must be those that were written.
    const written = commits.findIndex((commit) => commit.hash === hash);
    let isForeign = records.includes(undefined) || (commits.length > 0 && written < 0);
    for (const [path, digest] of records[written] ?? [])
      isForeign ||= digestOfText((await this.#read(hash, path)) ?? "") !== digest;
    return { hash, isForeign, files };
  }

  /** The newest with this branch and the marker. */
  async findPullRequest(state: "OPEN" | "DECLINED"): Promise<FoundPullRequest | undefined> {
    const found = await this.client.list(this.pullRequests, {
      query: { state, q: `source.branch.name = "${this.branch}"`, pagelen: "50" },
    });
    return found
      .map((item) => parseAs(pullRequest, item, "A pull request"))
      .filter(
        ({ source, description }) =>
          source.branch.name === this.branch &&
          (source.repository?.full_name ?? this.repository) === this.repository &&
          this.marker.test(description ?? ""),
      )
      .sort((one, other) => other.id - one.id)[0];
  }

  /** Commits what differs on the branch. What only an earlier commit changed is reset to the state of main. */
  async commit(
    { stack, title, files, base }: Proposal,
    main: MainBranch,
    branch: ProposalBranch | undefined,
  ): Promise<boolean> {
    const wanted = new Map(files);
    const removed: string[] = [];
    for (const path of branch?.files ?? [])
      if (!wanted.has(path)) {
        const text = base.get(path) ?? (await this.#read(main.hash, path));
        if (text !== undefined) wanted.set(path, text);
        else if ((await this.#read(branch?.hash ?? main.hash, path)) !== undefined) removed.push(path);
      }
    const changed = new Map<string, string>();
    // Only the description of a revert is a file that main may not have: there is one at most.
    const [gone] = removed;
    for (const [path, text] of wanted)
      if (!branch || (await this.#read(branch.hash, path)) !== text) changed.set(path, text);
    if (changed.size === 0 && gone === undefined) return false;
    // All files are recorded, and not only the changed ones: the newest commit says what the branch holds.
    const trailers = [...wanted].map(([path, text]) => `File: ${digestOfText(text)} ${path}`);
    await this.client.send({
      method: "POST",
      path: `${this.#path}/src`,
      form: {
        message: [title, "", `Bitbucket-as-code: ${branchOf(stack)}`, ...trailers].join("\n"),
        branch: this.branch,
        parents: branch?.hash ?? main.hash,
        ...(gone === undefined ? {} : { files: `/${gone}` }),
      },
      files: Object.fromEntries([...changed].map(([path, text]) => [`/${path}`, text])),
    });
    return true;
  }

  /** Reviewers that are left out would be removed. */
  async update(
    { id, reviewers }: FoundPullRequest,
    fields: { readonly title: string; readonly description: string },
  ): Promise<void> {
    await this.client.send({
      method: "PUT",
      path: `${this.pullRequests}/${id}`,
      body: { ...fields, reviewers: (reviewers ?? []).map(({ uuid }) => ({ uuid })) },
    });
  }

  async #head(name: string): Promise<string | undefined> {
    const path = `${this.#path}/refs/branches${apiPath`/${name}`}`;
    try {
      return parseAs(branchHead, await this.client.get(path), `The response to GET ${path}`).target.hash;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async #read(hash: string, path: string): Promise<string | undefined> {
    const segments = path.split("/").map((part) => apiPath`/${part}`);
    try {
      const text = await this.client.get(`${this.#path}/src${apiPath`/${hash}`}${segments.join("")}`, {
        accept: "text",
      });
      return typeof text === "string" ? text : "";
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}

/** The files of a commit of this package, with digests; undefined for a commit of somebody else. */
function readTrailers(message: string, id: string): ReadonlyMap<string, string> | undefined {
  // A field of a form gets line ends of its own.
  const lines = message.trimEnd().split(/\r?\n/);
  if (!lines.includes(`Bitbucket-as-code: ${id}`)) return undefined;
  return new Map(
    lines.flatMap((line) => {
      const [, digest, path] = line.match(/^File: ([0-9a-f]{32}) (.+)$/) ?? [];
      return digest !== undefined && path !== undefined ? [[path, digest] as const] : [];
    }),
  );
}

export function digestOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
