/** Audits a workspace's repositories over REST, without a clone. It reads the main branches. */
import ignore from "ignore";
import { z } from "zod";
import { apiPath, BitbucketError, type ReadClient, Slots } from "../bitbucket";
import { parseAs } from "../errors";
import { auditLines } from "./audit";
import type { MigrationFinding } from "./finding";
import { logicalLines } from "./lines";

interface WorkspaceOptions {
  readonly workspace: string;
  readonly repositories: (slug: string) => boolean;
  /** Skips what these name, in the syntax of `.gitignore`, in each repository. */
  readonly exclude?: readonly string[] | undefined;
  /** Requests, at most. */
  readonly requests: number;
  /** Depth of folders, at most. */
  readonly depth: number;
  readonly onRepositories?: (count: number) => void;
  readonly onRepository?: (slug: string) => void;
}

interface WorkspaceAudit {
  readonly findings: readonly MigrationFinding[];
  readonly files: number;
  readonly repositories: number;
  readonly requests: number;
  /** Repositories for which no requests were left. */
  readonly left: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Files that usually contain logins: CI, scripts, containers, settings. */
const telling =
  /(^|\/)(bitbucket-pipelines[^/]*\.ya?ml|Dockerfile[^/]*|Containerfile|[^/]*\.dockerfile|docker-compose[^/]*\.ya?ml|compose\.ya?ml|Jenkinsfile[^/]*|Makefile|\.gitmodules|\.gitconfig|[._]netrc|\.git-credentials|\.npmrc|\.yarnrc[^/]*|\.env[^/]*|auth\.json|composer\.json|package\.json|requirements[^/]*\.txt|pyproject\.toml|Gemfile|Podfile|go\.mod|renovate[^/]*|\.renovaterc[^/]*|Pulumi[^/]*\.ya?ml|atlantis\.ya?ml|config\.xml|settings\.xml)$|\.(sh|bash|zsh|ps1|bat|cmd|tf|tfvars|hcl|groovy|gradle|properties|py|rb|js|ts|mjs|cjs|go|php|pl|ya?ml|md)$|^\.(github|circleci|gitlab-ci\.yml|drone\.yml|travis\.yml)/i;

/** Bytes of a file that is fetched, at most. */
const largest = 512 * 1024;

const repositorySchema = z.object({ slug: z.string(), mainbranch: z.object({ name: z.string() }).nullish() });
type RepositoryToRead = z.output<typeof repositorySchema>;
const entrySchema = z.object({ path: z.string(), type: z.string(), size: z.number().nullish() });
const branchSchema = z.object({ target: z.object({ hash: z.string() }) });

class RequestLimitReached extends Error {}

export async function auditWorkspace(client: ReadClient, options: WorkspaceOptions): Promise<WorkspaceAudit> {
  return new WorkspaceAuditor(client, options).run();
}

class WorkspaceAuditor {
  readonly #findings: MigrationFinding[] = [];
  readonly #unreadable: { path: string; reason: string }[] = [];
  readonly #left: string[] = [];
  readonly #excluded: ReturnType<typeof ignore>;
  #files = 0;
  #done = 0;
  #requests = 0;

  constructor(
    private readonly client: ReadClient,
    private readonly options: WorkspaceOptions,
  ) {
    this.#excluded = ignore().add(options.exclude ?? []);
  }

  async run(): Promise<WorkspaceAudit> {
    const chosen = (await this.#list()).filter(({ slug }) => this.options.repositories(slug));
    this.options.onRepositories?.(chosen.length);
    const slots = new Slots(() => 4);
    await Promise.all(chosen.map((one) => slots.run(() => this.#audit(one))));
    return {
      findings: this.#findings,
      files: this.#files,
      repositories: this.#done,
      requests: this.#requests,
      left: this.#left.sort(),
      unreadable: this.#unreadable,
    };
  }

  async #list(): Promise<readonly RepositoryToRead[]> {
    const all: RepositoryToRead[] = [];
    const path = apiPath`/repositories/${this.options.workspace}`;
    for await (const page of this.client.pages(path, {
      fields: "slug,mainbranch.name",
      query: { sort: "slug" },
    })) {
      this.#requests += 1;
      all.push(...page.map((one) => parseAs(repositorySchema, one, `A repository of ${path}`)));
    }
    return all;
  }

  async #audit({ slug, mainbranch }: RepositoryToRead): Promise<void> {
    try {
      if (mainbranch) await this.#auditBranch(slug, mainbranch.name);
      this.#done += 1;
    } catch (error) {
      if (error instanceof RequestLimitReached) this.#left.push(slug);
      else if (error instanceof BitbucketError)
        this.#unreadable.push({ path: `${this.options.workspace}/${slug}`, reason: error.message });
      else throw error;
    }
    this.options.onRepository?.(slug);
  }

  async #auditBranch(slug: string, branch: string): Promise<void> {
    const { workspace } = this.options;
    let commit = branch;
    if (branch.includes("/")) {
      // In the path of a file, a slash would end the branch's name.
      this.#spend();
      commit = branchSchema.parse(
        await this.client.get(apiPath`/repositories/${workspace}/${slug}/refs/branches/${branch}`),
      ).target.hash;
    }
    const root = apiPath`/repositories/${workspace}/${slug}/src/${commit}/`;
    for (const path of await this.#listFiles(root)) {
      this.#spend();
      const at = `${workspace}/${slug}/${path}`;
      try {
        const { body } = await this.client.fetch(root + path.split("/").map(encodeURIComponent).join("/"), {
          accept: "text",
        });
        this.#files += 1;
        const lines = logicalLines(once(Buffer.from(String(body ?? ""))));
        this.#findings.push(...(await auditLines(at, lines)));
      } catch (error) {
        if (!(error instanceof BitbucketError)) throw error;
        this.#unreadable.push({ path: at, reason: error.message });
      }
    }
  }

  /** The paths of the files that are fetched. */
  async #listFiles(root: string): Promise<readonly string[]> {
    const paths: string[] = [];
    this.#spend();
    let isFirst = true;
    for await (const page of this.client.pages(root, {
      query: { max_depth: String(this.options.depth) },
      fields: "path,type,size",
    })) {
      if (!isFirst) this.#spend();
      isFirst = false;
      for (const item of page) {
        const { path, type, size } = entrySchema.parse(item);
        if (type === "commit_file" && (size ?? 0) <= largest && this.#isTelling(path)) paths.push(path);
      }
    }
    return paths;
  }

  #isTelling(path: string): boolean {
    return telling.test(path) && !path.includes("node_modules/") && !this.#excluded.ignores(path);
  }

  /** @throws {RequestLimitReached} if there are no requests left. */
  #spend(): void {
    if (this.#requests >= this.options.requests) throw new RequestLimitReached();
    this.#requests += 1;
  }
}

async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}
