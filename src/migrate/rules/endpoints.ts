/** Endpoints that are removed or deprecated. https://developer.atlassian.com/cloud/bitbucket/changelog */
import { type FindingLevel, type LineFinding, lineRule } from "../finding";

const end = `(?=$|[?"'\`\\s)\\\\,;#]|/(?:$|[?"'\`\\s)]))`;
const crossWorkspace = "it read across workspaces (CHANGE-2770), and returns 410 since 14 April 2026";

const endpoints: readonly {
  readonly path: RegExp;
  readonly level: FindingLevel;
  readonly why: string;
  readonly instead: string;
}[] = [
  {
    path: new RegExp(`/2\\.0/repositories${end}`),
    level: "broken",
    why: crossWorkspace,
    instead: "/2.0/repositories/{workspace}, for each of /2.0/user/workspaces",
  },
  {
    path: new RegExp(`/2\\.0/workspaces${end}`),
    level: "broken",
    why: crossWorkspace,
    instead: "/2.0/user/workspaces",
  },
  {
    path: /\/2\.0\/user\/permissions\/(workspaces|teams)\b/,
    level: "broken",
    why: crossWorkspace,
    instead: "/2.0/user/workspaces and /2.0/user/workspaces/{workspace}/permission",
  },
  {
    path: /\/2\.0\/user\/permissions\/repositories\b/,
    level: "broken",
    why: crossWorkspace,
    instead: "/2.0/user/workspaces/{workspace}/permissions/repositories",
  },
  {
    path: new RegExp(`/2\\.0/snippets${end}`),
    level: "check",
    why: "it reads across workspaces, and is deprecated",
    instead: "/2.0/snippets/{workspace}",
  },
  {
    path: /\/2\.0\/teams(\/|\b)/,
    level: "check",
    why: "teams became workspaces, and it is deprecated",
    instead: "/2.0/workspaces/{workspace}/…",
  },
  {
    path: /\/2\.0\/users\/[^\s"']+\/pipelines_config\b/,
    level: "check",
    why: "it is deprecated",
    instead: "/2.0/workspaces/{workspace}/pipelines-config/…",
  },
  {
    path: /\/2\.0\/users\/[^\s"'/]+\/repositories\b/,
    level: "check",
    why: "it was removed with user names",
    instead: "/2.0/repositories/{workspace}",
  },
];

export const goneEndpoint = lineRule({
  id: "gone-endpoint",
  title: "An endpoint of REST 2.0 that was removed or is deprecated",
  check: ({ number, text }) =>
    !text.includes("/2.0/") ||
    !/bitbucket|BB_|\/2\.0\/(user|repositories|workspaces|teams|snippets)/i.test(text)
      ? []
      : endpoints.flatMap(({ path, level, why, instead }): LineFinding[] => {
          const match = path.exec(text);
          if (!match || /"?(paths|operationId)"?:/.test(text)) return [];
          // Other servers than Bitbucket have such paths too.
          const sure = /bitbucket|BB_/i.test(text);
          const shown = match[0].replace(/[/\s"'`]+$/, "");
          return [{ line: number, level: sure ? level : "check", why: `${shown}: ${why}`, instead }];
        }),
});

export const apiOne = lineRule({
  id: "api-1.0",
  title: "REST 1.0, or a URL of Bitbucket's own pages",
  check({ number, text }): LineFinding[] {
    if (/api\.bitbucket\.org\/1\.0|bitbucket\.org\/!?api\/1\.0/i.test(text))
      return [
        {
          line: number,
          level: "broken",
          why: "REST 1.0 was removed in 2019; its remaining endpoints, for groups, do not accept API tokens",
          instead: "https://api.bitbucket.org/2.0; there is no endpoint for groups",
        },
      ];
    return /bitbucket\.org\/!api\//i.test(text)
      ? [
          {
            line: number,
            level: "check",
            why: "A URL of Bitbucket's own pages, which can change at any time",
            instead: "https://api.bitbucket.org/2.0",
          },
        ]
      : [];
  },
});
