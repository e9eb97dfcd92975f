/** No policy lets pass what it names, whatever else is in the stack, and the order of policies does not matter. */
import fc from "fast-check";
import { stringify } from "yaml";
import { type DesiredStack, formatDiagnostic } from "../../src/desired";
import { judgeDeclared } from "../../src/policy";
import { load, removeFolders } from "../desired/support/folder";

afterAll(removeFolders);

const now = new Date("2026-11-27T12:00:00Z");

const webhook = fc.record(
  {
    url: fc.constantFrom("https://a.example.com/x", "http://b.example.com/y", "http://c.example.com"),
    events: fc.constant(["repo:push"]),
    skipCertVerification: fc.boolean(),
  },
  { requiredKeys: ["url", "events"] },
);
const repository = fc.record(
  {
    isPrivate: fc.boolean(),
    mainBranch: fc.constantFrom("main", "trunk"),
    forkPolicy: fc.constant("allow_forks"),
    webhooks: fc
      .uniqueArray(webhook, { selector: ({ url }) => url, maxLength: 3 })
      .map((all) => Object.fromEntries(all.map((one, index) => [`h${index}`, one]))),
    branchRestrictions: fc.dictionary(
      fc.constantFrom("one", "two"),
      fc.record({
        kind: fc.constant("require_approvals_to_merge"),
        pattern: fc.constantFrom("main", "tr*"),
        value: fc.integer({ min: 1, max: 3 }),
      }),
    ),
  },
  { requiredKeys: ["isPrivate"] },
);
type Repository = typeof repository extends fc.Arbitrary<infer Value> ? Value : never;

const isConsistent = ({ branchRestrictions = {} }: Repository) => {
  const patterns = Object.values(branchRestrictions).map(({ pattern }) => pattern);
  return new Set(patterns).size === patterns.length;
};

const repositories = fc.dictionary(fc.constantFrom("api", "web", "data"), repository.filter(isConsistent));

interface Rule {
  readonly name: string;
  readonly yaml: Readonly<Record<string, unknown>>;
  /** What it names, as a model of it: the number of its violations in a repository. */
  breaks(one: Repository): number | "unknown";
}

const hooks = ({ webhooks = {} }: Repository) => Object.values(webhooks);
const rules: readonly Rule[] = [
  { name: "public-repository", yaml: {}, breaks: ({ isPrivate }) => (isPrivate ? 0 : 1) },
  {
    name: "webhook-encryption",
    yaml: {},
    breaks: (one) => hooks(one).filter(({ url }) => url.startsWith("http:")).length,
  },
  {
    name: "certificates",
    yaml: { check: "webhook-certificate" },
    breaks: (one) => hooks(one).filter(({ skipCertVerification }) => skipCertVerification === true).length,
  },
  {
    name: "hosts",
    yaml: { check: "webhook-host", parameters: { hosts: ["a.*", "b.*"] } },
    breaks: (one) => hooks(one).filter(({ url }) => url.includes("//c.")).length,
  },
  {
    name: "approvals",
    yaml: { parameters: { approvals: 2 } },
    breaks: ({ mainBranch, branchRestrictions = {} }) => {
      if (mainBranch === undefined) return "unknown";
      const values = Object.values(branchRestrictions)
        .filter(({ pattern }) => (pattern === "main" ? mainBranch === "main" : mainBranch === "trunk"))
        .map(({ value }) => value);
      return Math.max(0, ...values) >= 2 ? 0 : 1;
    },
  },
  {
    name: "expression",
    yaml: {
      expression: 'resource.isPrivate || name == "web"',
      resources: "repository",
      message: "Only the web is public",
    },
    breaks: ({ isPrivate }) => (isPrivate ? 0 : 1),
  },
  {
    name: "own-hooks",
    yaml: {
      expression:
        'resource.url.startsWith("https://") && !(repository.isPrivate && resource.skipCertVerification)',
      resources: ["webhook"],
      message: "Do otherwise",
    },
    breaks: (one) =>
      hooks(one).filter(
        ({ url, skipCertVerification }) =>
          !url.startsWith("https://") || (one.isPrivate && skipCertVerification === true),
      ).length,
  },
];

async function judged(stack: DesiredStack) {
  const { refusals, warnings, pending } = await judgeDeclared(stack, now);
  return { lines: refusals.map(formatDiagnostic), warnings: warnings.map(formatDiagnostic), pending };
}

const place = (line: string) => {
  const [, repositoryName = "", policy = ""] =
    /repositories\.(\w+)[^:]*: breaks the \w+ policy "([\w-]+)"/.exec(line) ?? [];
  return `${policy} ${repositoryName}`;
};

it("finds each thing that a policy names, and nothing else, in any order of policies", async () => {
  await fc.assert(
    fc.asyncProperty(
      repositories,
      fc.shuffledSubarray([...rules], { minLength: 1 }),
      fc.constantFrom("mandatory", "advisory"),
      async (declared, chosen, level) => {
        const yaml = (order: readonly Rule[]) =>
          stringify({
            workspace: "acme",
            policies: Object.fromEntries(order.map(({ name, yaml: own }) => [name, { ...own, level }])),
            repositories: declared,
          });
        const { lines, warnings, pending } = await judged(await load(yaml(chosen)));
        const expected = chosen.flatMap((rule) =>
          Object.entries(declared).flatMap(([name, one]) => {
            if (rule.name === "expression" && name === "web") return [];
            const count = rule.breaks(one);
            return count === "unknown" ? [] : Array.from({ length: count }, () => `${rule.name} ${name}`);
          }),
        );
        const found = level === "mandatory" ? lines : warnings;
        expect(found.map(place).sort()).toEqual(expected.sort());
        expect((level === "mandatory" ? warnings : lines).length).toBe(0);
        const open = chosen.some(({ name }) => name === "approvals")
          ? Object.values(declared).filter(({ mainBranch }) => mainBranch === undefined).length
          : 0;
        expect(pending).toHaveLength(open);
        const other = await judged(await load(yaml([...chosen].reverse())));
        const withoutLine = (all: readonly string[]) =>
          all.map((line) => line.replace(/acme\.yaml:\d+/g, "acme.yaml")).sort();
        expect(withoutLine(other.lines)).toEqual(withoutLine(lines));
        expect(withoutLine(other.warnings)).toEqual(withoutLine(warnings));
      },
    ),
    { numRuns: 60 },
  );
});
