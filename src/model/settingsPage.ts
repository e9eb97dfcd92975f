/** Bitbucket's own pages with the settings of each resource. */
import type { Kind, Properties } from "../kinds/kind";

const site = "https://bitbucket.org";

/** Where a resource is, by what people see in URLs. */
interface LinkPlace {
  readonly workspace: string;
  /** The project's key. */
  readonly project?: string | undefined;
  /** The repository's slug. */
  readonly repository?: string | undefined;
}

/** @param values The resource's own values, for pages that have its name in their address. */
export function buildLink({ settingsPage }: Kind, place: LinkPlace, values: Properties): string {
  const page = (owner: keyof typeof settingsPage) => {
    const below = settingsPage[owner];
    return typeof below === "function" ? below(values) : below;
  };
  const ofAccount = page("account");
  if (ofAccount !== undefined) return site + ofAccount;
  const workspace = `${site}/${encodeURIComponent(place.workspace)}`;
  if (place.repository !== undefined)
    return `${workspace}/${encodeURIComponent(place.repository)}${page("repository") ?? "/admin"}`;
  if (place.project !== undefined)
    return `${workspace}/workspace/projects/${encodeURIComponent(place.project)}/settings${page("project") ?? ""}`;
  return `${workspace}/workspace/settings${page("workspace") ?? ""}`;
}
