/** The names derived from that of a kind, and the path of its objects in the API. */

const prefixes = {
  workspace: "/workspaces/{workspace}",
  project: "/workspaces/{workspace}/projects/{project_key}",
  repository: "/repositories/{workspace}/{repo_slug}",
  environment: "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}",
};

/**
 * @param {string} name In PascalCase: `BranchRestriction`.
 * @param {string} parent What it belongs to.
 * @param {string | undefined} path Of one object. Default: the plural below the parent's own path.
 */
export function words(name, parent, path) {
  if (!/^[A-Z][A-Za-z0-9]+$/.test(name)) throw new Error(`${name}: give the name in PascalCase, as Snippet.`);
  if (!Object.hasOwn(prefixes, parent))
    throw new Error(`--parent ${parent}: use ${Object.keys(prefixes).join(", ")}.`);
  const parts = name.match(/[A-Z][a-z0-9]*/g) ?? [];
  const camel = name[0].toLowerCase() + name.slice(1);
  const title = parts.join(" ").toLowerCase();
  const plural = pluralOf(camel);
  const item =
    path ?? `${prefixes[parent]}/${pluralOf(title.replaceAll(" ", "-"))}/{${title.replaceAll(" ", "_")}_id}`;
  const [, collection, id] = /^((?:\/[^/]+)+)\/\{(\w+)\}$/.exec(item) ?? [];
  if (collection === undefined)
    throw new Error(`--path ${item}: give the path of one object, with its parameter last.`);
  return { name, camel, title, plural, titles: pluralOf(title), parent, item, collection, id };
}

function pluralOf(word) {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
