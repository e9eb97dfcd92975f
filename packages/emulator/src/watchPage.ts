/** The page at `/`: the objects, the latest requests, and the remaining rate limit. */
import type { FastifyInstance } from "fastify";
import type { RateLimit } from "./rateLimit";
import type { RecordedRequest } from "./server";
import type { State } from "./state";
import { watchHtml } from "./watchHtml";

/** How many of the latest requests the page shows. */
const latest = 100;

interface Watched {
  readonly state: State;
  readonly requests: readonly RecordedRequest[];
}

/** The page's data, as JSON. It contains no secrets. */
interface Overview {
  readonly workspaces: readonly {
    readonly slug: string;
    readonly name: string;
    readonly members: readonly { readonly name: string; readonly role: string }[];
    readonly groups: readonly string[];
    readonly projects: readonly { readonly key: string; readonly name: string; readonly private: boolean }[];
    readonly repositories: readonly {
      readonly slug: string;
      readonly project: string;
      readonly private: boolean;
      readonly branches: number;
      readonly webhooks: number;
      readonly deployKeys: number;
      readonly variables: number;
      readonly environments: number;
      readonly restrictions: number;
    }[];
  }[];
  /** Newest first. */
  readonly requests: readonly RecordedRequest[];
  readonly requestCount: number;
  readonly budgets: readonly {
    readonly credential: string;
    readonly resource: string;
    readonly used: number;
    /** Undefined without a limit. */
    readonly limit: number | undefined;
  }[];
}

export function addWatchRoutes(server: FastifyInstance, watched: Watched, limit: RateLimit): void {
  server.get("/", (_request, reply) =>
    reply
      .type("text/html")
      // It loads nothing from elsewhere, and no displayed data can run.
      .header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'",
      )
      .header("cache-control", "no-store")
      .send(watchHtml),
  );
  server.get("/_emulator/overview", async () => overviewOf(watched, limit));
}

function overviewOf({ state, requests }: Watched, limit: RateLimit): Overview {
  return {
    workspaces: [...state.workspaces.values()].map((workspace) => ({
      slug: workspace.slug,
      name: workspace.name,
      members: [...workspace.members].map(([uuid, role]) => ({
        name: state.users.get(uuid)?.display_name ?? uuid,
        role,
      })),
      groups: [...workspace.groups.values()],
      projects: [...workspace.projects.values()].map(({ key, name, is_private }) => ({
        key,
        name,
        private: is_private,
      })),
      repositories: [...workspace.repositories.values()].map((found) => ({
        slug: found.slug,
        project: found.project,
        private: found.is_private,
        branches: found.branches.size,
        webhooks: found.hooks.size,
        deployKeys: found.deployKeys.size,
        variables: found.variables.size,
        environments: found.environments.size,
        restrictions: found.restrictions.size,
      })),
    })),
    requests: requests.slice(-latest).reverse(),
    requestCount: requests.length,
    budgets: limit.used().map((one) => ({ ...one, limit: limit.perHour })),
  };
}
