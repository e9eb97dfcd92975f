/** `audit --fix`: the YAML gets what solves the findings, and keeps every other byte. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixYaml } from "../../src/audit/fix";
import { loadStack } from "../../src/desired";
import { type Emulator, startEmulator } from "../support/emulator";
import { acmeOf, audit, clean } from "./support";

jest.setTimeout(60_000);

let emulator: Emulator;
let root: string;
beforeAll(async () => {
  emulator = await startEmulator({ seed: "example" });
  clean(emulator);
  const acme = acmeOf(emulator);
  const gateway = acme.repositories.get("gateway");
  const storefront = acme.repositories.get("storefront");
  if (!gateway || !storefront) throw new Error("the example has changed");
  gateway.fork_policy = "allow_forks";
  storefront.fork_policy = "allow_forks";
  for (const [id, { kind }] of gateway.restrictions)
    if (kind === "force" || kind === "push") gateway.restrictions.delete(id);
  for (const hook of gateway.hooks.values())
    Object.assign(hook, { secret: "", skip_cert_verification: true });
  gateway.variables.set("{99999999-2222-4333-8444-555555555555}", {
    uuid: "{99999999-2222-4333-8444-555555555555}",
    key: "DEPLOY_TOKEN",
    value: "seen-by-everybody",
    secured: false,
  });
  for (const environment of gateway.environments.values()) environment.adminOnly = false;
});
afterAll(() => emulator.close());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "audit-fix-"));
  mkdirSync(join(root, "stacks"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const yaml = `# Who may do what is in the wiki.
workspace: acme
repositories:
  gateway:   # the way in
    project: CORE
    forkPolicy:  "allow_forks"   # since the hackathon
    webhooks:
        ci:
            url: 'https://ci.acme.example.com/hooks/gateway'
            events: [ repo:push,   pullrequest:created ]   # as CI wants it
            skipCertVerification: true
    variables: { REGION: eu-central-1 }

  handbook: { project: WEB }
existing: { projects: [CORE, WEB] }
`;

async function fix(text: string, ids: readonly string[], file = "acme.yaml") {
  const place = join(root, "stacks", file);
  writeFileSync(place, text);
  const before = emulator.requests.length;
  const { found, reading } = await audit(emulator);
  const outcome = await fixYaml({
    root,
    place,
    workspace: "acme",
    objects: reading.objects,
    found: found.filter(({ finding }) => ids.includes(finding.check)),
  });
  expect(emulator.requests.slice(before).filter(({ method }) => method !== "GET")).toEqual([]);
  return { outcome, text: readFileSync(place, "utf8"), place };
}

test("fields and restrictions are added where the objects are declared, and all else stays to the byte", async () => {
  const { outcome, text, place } = await fix(yaml, [
    "public-forks",
    "webhook-certificate",
    "webhook-secret",
    "force-push",
    "direct-push",
  ]);
  expect(text).toBe(`# Who may do what is in the wiki.
workspace: acme
repositories:
  gateway:   # the way in
    project: CORE
    forkPolicy:  no_public_forks   # since the hackathon
    webhooks:
        ci:
            url: 'https://ci.acme.example.com/hooks/gateway'
            events: [ repo:push,   pullrequest:created ]   # as CI wants it
            skipCertVerification: false
            secret: { fromEnv: GATEWAY_CI_WEBHOOK_SECRET }
    variables: { REGION: eu-central-1 }
    branchRestrictions:
      force main:
        kind: force
        pattern: main
      push main:
        kind: push
        pattern: main

  handbook: { project: WEB }
existing: { projects: [CORE, WEB] }
`);
  expect(outcome.files).toEqual(["stacks/acme.yaml"]);
  expect(outcome.fixed).toHaveLength(5);
  // The other repository is not declared.
  expect(outcome.left).toMatchObject([
    { finding: { repository: "storefront" }, reason: "the stack does not declare it: import it first" },
  ]);
  const stack = await loadStack(place, { root });
  expect(stack.resources.map(({ kind, name }) => `${kind.name} ${name}`)).toContain(
    "BranchRestriction gateway:push main",
  );
});

test("a plain variable becomes a reference, and an environment in short form a map", async () => {
  const { text } = await fix(
    `workspace: acme
existing: { projects: [CORE] }
repositories:
  gateway:
    project: CORE
    variables:
      DEPLOY_TOKEN: seen-by-everybody  # replace me
      REGION: eu
    environments:
      Production: Production
`,
    ["plain-secret", "open-deployment"],
  );
  expect(text).toMatch(/DEPLOY_TOKEN: \{ fromEnv: DEPLOY_TOKEN \}/);
  expect(text).not.toContain("seen-by-everybody");
  expect(text).toMatch(/Production:\n +type: Production\n +adminOnly: true/);
  expect(text).toContain("      REGION: eu\n");
});

test("a folder of files is changed in the file that declares it", async () => {
  mkdirSync(join(root, "stacks", "acme"));
  const main = "workspace: acme\nexisting: { projects: [CORE, WEB] }\n";
  writeFileSync(join(root, "stacks", "acme", "_workspace.yaml"), main);
  writeFileSync(
    join(root, "stacks", "acme", "WEB.yaml"),
    "repositories:\n  storefront: { project: WEB, forkPolicy: allow_forks }\n",
  );
  writeFileSync(join(root, "stacks", "acme", "CORE.yaml"), "repositories:\n  gateway: { project: CORE }\n");
  const { found, reading } = await audit(emulator);
  const outcome = await fixYaml({
    root,
    place: join(root, "stacks", "acme"),
    workspace: "acme",
    objects: reading.objects,
    found: found.filter(({ finding }) => finding.check === "public-forks"),
  });
  expect([...outcome.files].sort()).toEqual(["stacks/acme/CORE.yaml", "stacks/acme/WEB.yaml"]);
  expect(readFileSync(join(root, "stacks", "acme", "WEB.yaml"), "utf8")).toBe(
    "repositories:\n  storefront: { project: WEB, forkPolicy: no_public_forks }\n",
  );
  expect(readFileSync(join(root, "stacks", "acme", "_workspace.yaml"), "utf8")).toBe(main);
});

test("another workspace's stack is refused, and a stack that would not be valid is not written", async () => {
  const other = "workspace: globex\nrepositories: { gateway: {} }\n";
  await expect(fix(other, ["public-forks"])).rejects.toThrow(/for the workspace globex/);
  expect(readFileSync(join(root, "stacks", "acme.yaml"), "utf8")).toBe(other);
  // A declared public repository cannot have the fork policy.
  const invalid = "workspace: acme\nrepositories:\n  gateway: { isPrivate: false }\n";
  await expect(fix(invalid, ["public-forks"])).rejects.toThrow(/forkPolicy/);
  expect(readFileSync(join(root, "stacks", "acme.yaml"), "utf8")).toBe(invalid);
});

test("what a team's file decides stays the team's, and the rest is fixed", async () => {
  const team = `repositories:
  gateway:
    forkPolicy: allow_forks
    webhooks:
      ci:
        url: https://ci.acme.example.com/hooks/gateway
        events: [repo:push, pullrequest:created]
        skipCertVerification: true
`;
  mkdirSync(join(root, "teams"));
  writeFileSync(join(root, "teams/gateway.yaml"), team);
  const { outcome, text } = await fix(
    `workspace: acme
existing: { projects: [CORE] }
repositories:
  gateway: { project: CORE }
delegation:
  rules:
    gateway: { file: ../teams/gateway.yaml, repositories: gateway, allow: [forkPolicy, webhooks] }
`,
    ["public-forks", "webhook-secret", "webhook-certificate", "force-push"],
  );
  const reasons = outcome.left.filter(({ finding }) => finding.repository === "gateway");
  expect(reasons.map(({ finding, reason }) => [finding.check, reason]).sort()).toEqual(
    ["public-forks", "webhook-certificate", "webhook-secret"].map((check) => [
      check,
      "it is declared in a file that is not the stack's own",
    ]),
  );
  expect(outcome.fixed.map(({ check }) => check)).toEqual(["force-push"]);
  expect(text).toContain("kind: force");
  expect(readFileSync(join(root, "teams/gateway.yaml"), "utf8")).toBe(team);
});
