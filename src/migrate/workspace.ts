/** Audits a workspace's repositories over REST, without a clone. It reads the main branches. */
import ignore from "ignore";
import { z } from "zod";
import { apiPath, BitbucketError, type ReadClient, Slots } from "../bitbucket";
import { auditLines } from "./audit";
import type { MigrationFinding } from "./finding";
import { logicalLines } from "./lines";

export interface WorkspaceOptions {
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

export interface WorkspaceAudit {
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
const entrySchema = z.object({ path: z.string(), type: z.string(), size: z.number().nullish() });
const branchSchema = z.object({ target: z.object({ hash: z.string() }) });

class RequestLimitReached extends Error {}

export async function auditWorkspace(client: ReadClient, options: WorkspaceOptions): Promise<WorkspaceAudit> {
  const { workspace } = options;
  const findings: MigrationFinding[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const left: string[] = [];
  const excluded = ignore().add(options.exclude ?? []);
  let [files, done, requests] = [0, 0, 0];
  const spend = () => {
    if (requests >= options.requests) throw new RequestLimitReached();
    requests += 1;
  };
  const all: z.output<typeof repositorySchema>[] = [];
  for await (const page of client.pages(apiPath`/repositories/${workspace}`, {
    fields: "slug,mainbranch.name",
    query: { sort: "slug" },
  })) {
    requests += 1;
    all.push(...page.map((one) => repositorySchema.parse(one)));
  }
  const chosen = all.filter(({ slug }) => options.repositories(slug));
  options.onRepositories?.(chosen.length);
  const slots = new Slots(() => 4);
  const audit = async ({ slug, mainbranch }: (typeof all)[number]) => {
    try {
      if (mainbranch) await repository(slug, mainbranch.name);
      done += 1;
    } catch (error) {
      if (error instanceof RequestLimitReached) left.push(slug);
      else if (error instanceof BitbucketError)
        unreadable.push({ path: `${workspace}/${slug}`, reason: error.message });
      else throw error;
    }
    options.onRepository?.(slug);
  };
  await Promise.all(chosen.map((one) => slots.run(() => audit(one))));
  return { findings, files, repositories: done, requests, left: left.sort(), unreadable };

  async function repository(slug: string, branch: string): Promise<void> {
    let commit = branch;
    if (branch.includes("/")) {
      // In the path of a file, a slash would end the branch's name.
      spend();
      commit = branchSchema.parse(
        await client.get(apiPath`/repositories/${workspace}/${slug}/refs/branches/${branch}`),
      ).target.hash;
    }
    const root = apiPath`/repositories/${workspace}/${slug}/src/${commit}/`;
    const paths: string[] = [];
    spend();
    let first = true;
    for await (const page of client.pages(root, {
      query: { max_depth: String(options.depth) },
      fields: "path,type,size",
    })) {
      if (!first) spend();
      first = false;
      for (const item of page) {
        const { path, type, size } = entrySchema.parse(item);
        if (
          type === "commit_file" &&
          telling.test(path) &&
          !path.includes("node_modules/") &&
          !excluded.ignores(path) &&
          (size ?? 0) <= largest
        )
          paths.push(path);
      }
    }
    for (const path of paths) {
      spend();
      const at = `${workspace}/${slug}/${path}`;
      try {
        const { body } = await client.fetch(root + path.split("/").map(encodeURIComponent).join("/"), {
          accept: "text",
        });
        files += 1;
        findings.push(...(await auditLines(at, logicalLines(once(Buffer.from(String(body ?? "")))))));
      } catch (error) {
        if (!(error instanceof BitbucketError)) throw error;
        unreadable.push({ path: at, reason: error.message });
      }
    }
  }
}

async function* once(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
}
