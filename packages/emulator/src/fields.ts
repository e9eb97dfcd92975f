/** Partial responses: `fields=a,b.c`, `-x`, `+y`. https://developer.atlassian.com/cloud/bitbucket/rest/intro/#partial-response */

type FieldTree = Map<string, FieldTree>;

export function selectFields(body: unknown, fields: string | undefined): unknown {
  if (fields === undefined || fields.trim() === "") return body;
  const names = fields
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const only = names.filter((name) => !/^[-+]/.test(name));
  let result = only.length > 0 && !only.includes("*") ? pick(body, treeOf(only)) : body;
  const without = names.filter((name) => name.startsWith("-")).map((name) => name.slice(1));
  const keep = names.filter((name) => name.startsWith("+")).map((name) => name.slice(1));
  if (without.length > 0) result = drop(result, treeOf(without), treeOf(keep));
  return result;
}

/** Whether a field that is hidden by default is requested. */
export function asksFor(fields: string | undefined, name: string): boolean {
  return (fields ?? "").split(",").some((field) => field.trim().replace(/^\+/, "") === name);
}

function treeOf(paths: readonly string[]): FieldTree {
  const root: FieldTree = new Map();
  for (const path of paths) {
    let tree = root;
    for (const part of path.split(".")) {
      const next = tree.get(part) ?? new Map();
      tree.set(part, next);
      tree = next;
    }
  }
  return root;
}

function pick(value: unknown, tree: FieldTree): unknown {
  if (tree.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, tree));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      const inner = tree.get(name) ?? tree.get("*");
      return inner ? [[name, pick(held, inner)]] : [];
    }),
  );
}

const everything: FieldTree = new Map([["*", new Map()]]);

/** Removes the fields of `tree`, but keeps those of `keep`, as in `-*,+uuid`. */
function drop(value: unknown, tree: FieldTree, keep: FieldTree): unknown {
  if (Array.isArray(value)) return value.map((item) => drop(item, tree, keep));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      const kept = keep.get(name);
      if (kept?.size === 0) return [[name, held]];
      const inner = tree.get(name) ?? tree.get("*");
      if (inner?.size === 0) return kept ? [[name, drop(held, everything, kept)]] : [];
      return [[name, inner ? drop(held, inner, kept ?? new Map()) : held]];
    }),
  );
}
