/**
 * Searches the code of a workspace's main branches. Words match literally; of the query language, `repo:`,
 * `path:` and `ext:` are supported.
 */
import { allowRepository } from "./access";
import { api, type RepositoryCall, renderCommitName, web } from "./commitViews";
import { badRequest } from "./errors";
import { bytesOf } from "./gitObjects";
import { renderRepository } from "./repositoryViews";
import type { Call, Route } from "./server";
import { requireWorkspace } from "./shared";

interface Query {
  readonly words: readonly string[];
  readonly modifiers: readonly (readonly [name: string, value: string])[];
}

/** Files of more bytes are not searched. */
const largest = 320 * 1024;

export function addCodeSearchRoutes(route: Route): void {
  route("GET", "/workspaces/{workspace}/search/code", async (call) => {
    const owner = requireWorkspace(call);
    const text = call.url.searchParams.get("search_query") ?? "";
    if (text.trim() === "") throw badRequest("search_query is required");
    const query = parse(text);
    const results: unknown[] = [];
    for (const repository of owner.repositories.values()) {
      const head = repository.branches.get(repository.mainbranch ?? "");
      const named = query.modifiers.filter(([name]) => name === "repo");
      if (head === undefined || (named.length > 0 && !named.some(([, slug]) => slug === repository.slug)))
        continue;
      try {
        allowRepository(call.principal, owner, repository, "read");
      } catch {
        continue;
      }
      results.push(...(await search(call, { call, workspace: owner, repository }, head, query)));
    }
    return {
      ...(call.page(results, { counted: true, query: false }) as object),
      query_substituted: false,
    };
  });
}

async function search(call: Call, at: RepositoryCall, head: string, query: Query): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const entry of (await call.git.entries(at.repository, head, "", 1000)) ?? []) {
    if (entry.type !== "file" || entry.size > largest || !pathFits(entry.path, query)) continue;
    const content = await call.git.file(at.repository, head, entry.path);
    if (content === undefined) continue;
    const text = (Buffer.isBuffer(content) ? content : bytesOf(content)).toString();
    const matches = linesWith(text, query.words);
    const pathMatches = segments(entry.path, query.words);
    if (query.words.length > 0 && matches.length === 0 && !pathMatches.some(({ match }) => match)) continue;
    found.push({
      type: "code_search_result",
      content_match_count: matches.length,
      content_matches: matches.length === 0 ? [] : [{ lines: matches }],
      path_matches: pathMatches,
      file: {
        type: "commit_file",
        path: entry.path,
        commit: {
          ...renderCommitName(at, head),
          repository: renderRepository(call, at.workspace, at.repository),
        },
        links: {
          self: api(at, `/src/${head}/${entry.path}`),
          html: web(at, `/src/${head}/${entry.path}`),
        },
      },
    });
  }
  return found;
}

function parse(text: string): Query {
  const words: string[] = [];
  const modifiers: (readonly [string, string])[] = [];
  for (const [, quoted, plain = ""] of text.matchAll(/"([^"]*)"|(\S+)/g)) {
    const [, name, value] = quoted === undefined ? (/^(\w+):"?([^"]+)"?$/.exec(plain) ?? []) : [];
    if (name !== undefined && value !== undefined) modifiers.push([name, value]);
    else words.push((quoted ?? plain).toLowerCase());
  }
  return { words, modifiers };
}

function pathFits(path: string, { modifiers }: Query): boolean {
  return modifiers.every(([name, value]) => {
    if (name === "path") return path.includes(value.replace(/^\//, ""));
    if (name === "ext") return path.endsWith(`.${value}`);
    return true;
  });
}

function linesWith(text: string, words: readonly string[]): unknown[] {
  return text.split("\n").flatMap((line, index) => {
    const parts = segments(line, words);
    return parts.some(({ match }) => match) ? [{ line: index + 1, segments: parts }] : [];
  });
}

/** A text in segments, with the matches marked. */
function segments(text: string, words: readonly string[]): { text: string; match?: true }[] {
  const lower = text.toLowerCase();
  const word = words.find((one) => lower.includes(one));
  if (word === undefined) return [{ text }];
  const at = lower.indexOf(word);
  const marked = { text: text.slice(at, at + word.length), match: true } as const;
  return [{ text: text.slice(0, at) }, marked, { text: text.slice(at + word.length) }].filter(
    (piece) => piece.text !== "",
  );
}
