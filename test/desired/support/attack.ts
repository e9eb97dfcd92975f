/** What attacks on delegated files are made of: words of the YAML's language, trees of them, and what mostly fits. */
import fc from "fast-check";
import { createStackSchema } from "../../../src/desired/jsonSchema";

const words = [...new Set(JSON.stringify(createStackSchema()).match(/"[a-zA-Z_]+"/g) ?? [])].map((one) =>
  one.slice(1, -1),
);
export const word = fc.oneof(
  fc.constantFrom("ours", "theirs", "repositories", "audit", "REGION", "Production", "approvals", "alice"),
  fc.constantFrom(...words),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "*",
    "!ours",
    "ours:REGION",
    "Production:A",
    "<<",
  ),
  fc.constantFrom(
    "fromEnv",
    "fromFile",
    "fromConfig",
    "ifMissing",
    "CENTRAL_SECRET",
    "TEAM_SECRET",
    "https://audit.example/",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);
export const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    word,
    fc.constantFrom<unknown>(null, true, false, 0, 3, "", []),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(word, tie("value"), { maxKeys: 4 }),
  ),
}));

/** What nearly always fits, so that files are taken and not only refused. */
const secret = fc.constantFrom("TEAM_A", "TEAM_SECRET").map((fromEnv) => ({ fromEnv }));
const text = fc.oneof(fc.constantFrom("a", "b", "audit"), secret);
const name = fc.constantFrom("A", "ci", "REGION", "audit", "LOG", "Production", "x:y");
const variable = fc.oneof(text, fc.record({ value: text }));
/** What the rule of these tests allows of a repository. */
export const fitting = fc.record(
  {
    description: text,
    webhooks: fc.dictionary(
      name,
      fc.record({
        url: fc.constantFrom("https://a.example/", "https://b.example/", "https://audit.example/"),
        events: fc.constant(["repo:push"]),
      }),
      { maxKeys: 2 },
    ),
    variables: fc.dictionary(name, variable, { maxKeys: 2 }),
    defaultReviewers: fc.uniqueArray(fc.constantFrom("alice", "bob", "carol"), { maxLength: 3 }),
    environments: fc.record({
      Production: fc.record({ variables: fc.dictionary(name, variable, { maxKeys: 2 }) }),
    }),
  },
  { requiredKeys: [] },
);

/** A tree with one more value somewhere in it. */
export function plant(
  tree: Record<string, unknown>,
  path: readonly string[],
  evil: unknown,
): Record<string, unknown> {
  let at = tree;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(at, step) ? at[step] : undefined;
    const map = typeof next === "object" && next !== null ? (next as Record<string, unknown>) : {};
    Object.defineProperty(at, step, { value: map, enumerable: true, configurable: true, writable: true });
    at = map;
  }
  Object.defineProperty(at, path.at(-1) ?? "", { value: evil, enumerable: true, configurable: true });
  return tree;
}
