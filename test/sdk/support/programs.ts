/** Users' programs, by file name: all examples of the documentation, and one that uses everything. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..", "..", "..");

/** What an example requires besides the package itself. */
const otherPackages = /"(?:bitbucket-as-code-emulator|bitbucket-as-code\/policy|@pulumi\/policy)"/;

/** Programs of the generated SDK: test/e2e/languages runs them. */
const generatedSdk = /"pulumi-bitbucket-cloud"/;

/** Every program of the documentation that requires only the package. */
export function documentedPrograms(): ReadonlyMap<string, string> {
  return new Map([...allPrograms()].filter(([, text]) => !otherPackages.test(text)));
}

/** The examples of the policy packs and of the emulator. */
export function programsOfOtherPackages(): ReadonlyMap<string, string> {
  return new Map([...allPrograms()].filter(([, text]) => otherPackages.test(text)));
}

/** The examples in the comments of what the package exports: the classes' own are on their pages as well. */
function commentPrograms(): [string, string][] {
  return ["src/sdk/client.ts", "src/sdk/lookups.ts"].flatMap((file) => {
    const blocks = [
      ...readFileSync(join(root, file), "utf8").matchAll(/^ \* ```typescript\n(.*?)^ \* ```$/gms),
    ];
    return blocks.map(([, block = ""], index): [string, string] => [
      `${file.replace(/\W+/g, "-")}-${index}.ts`,
      block.replace(/^ \* ?/gm, ""),
    ]);
  });
}

/** Every block of TypeScript and JavaScript in pages for users, also in a list, and in comments. */
function allPrograms(): ReadonlyMap<string, string> {
  const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  const programs = ["README.md", "packages/emulator/README.md", ...pages].flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const blocks = [...text.matchAll(/^ *```(typescript|ts|javascript|js)\n(.*?)^ *```$/gms)];
    return blocks.map(([, language = "", block = ""], index): [string, string] => [
      `${page.replace(/\W+/g, "-")}-${index}.${language.startsWith("t") ? "ts" : "js"}`,
      block,
    ]);
  });
  return new Map([...commentPrograms(), ...programs].filter(([, text]) => !generatedSdk.test(text)));
}

/** Everything that the examples of the classes do not use. */
export const furtherProgram = `
import * as pulumi from "@pulumi/pulumi";
import * as bitbucket from "bitbucket-as-code";

const config = new pulumi.Config();
const repository = bitbucket.Repository.get("old", "old", { workspace: "acme" });
const hook = bitbucket.Webhook.get("ci", "{11111111-0000-4000-8000-000000000000}", { repository: repository.uuid });
export const rule = bitbucket.BranchRestriction.get("main", "main", { repository: repository.uuid, kind: "push", pattern: "main" });

// Outputs of one resource are arguments of another.
const args: bitbucket.WebhookArgs = {
  repository: repository.uuid,
  url: pulumi.interpolate\`https://ci.example.com/\${repository.slug}\`,
  events: hook.events,
  description: config.get("title"),
  secret: bitbucket.keepSecret,
  active: hook.active.apply((active) => !active),
};
export const made = new bitbucket.Webhook("new", args, { parent: repository });
new bitbucket.BranchingModel("model", {
  repository: repository.slug,
  development: { useMainBranch: true },
  production: { enabled: false },
  branchTypes: [{ kind: "feature", prefix: pulumi.interpolate\`\${repository.slug}/\` }],
});
const event: bitbucket.WebhookEvent = "repo:push";
new bitbucket.Webhook("one", { repository: repository.uuid, url: "https://ci.example.com", events: [event] });

export const text: pulumi.Output<string> = repository.cloneSsh;
export const main: pulumi.Output<string | undefined> = repository.mainBranch;
export const events: pulumi.Output<bitbucket.WebhookEvent[]> = made.events;
export const isHook: boolean = bitbucket.Webhook.isInstance(made);

async function lookUp(): Promise<string | undefined> {
  const me = await bitbucket.getCurrentUser();
  const user: bitbucket.GetUserResult = await bitbucket.getUser({ user: me.uuid });
  const { slug } = await bitbucket.getWorkspace();
  const members = await bitbucket.getWorkspaceMembers({ workspace: slug });
  const project = await bitbucket.getProject({ key: "PLAT" });
  const { mainBranch } = await bitbucket.getRepository({ repository: "api" });
  const file = await bitbucket.getFile({ repository: "api", commit: "main", path: "README.md" });
  const [environment] = await bitbucket.getDeploymentEnvironments({ repository: "api" });
  const [first] = await bitbucket.getHookEvents({ subject: "workspace" });
  const { issuer } = await bitbucket.getOidcConfiguration();
  const { keys } = await bitbucket.getOidcKeys();
  const ranges = await bitbucket.getIpRanges({ direction: "egress" });
  return [
    user.displayName, members[0].nickname, project.name, mainBranch, file, environment.type, first.label, issuer,
    keys[0].kid, ranges[0],
  ].join();
}
export const found = lookUp();
export const outputs: pulumi.Output<string | undefined>[] = [
  bitbucket.getCurrentUserOutput().accountId,
  bitbucket.getUserOutput({ user: hook.id }).nickname,
  bitbucket.getWorkspaceOutput({ workspace: repository.workspace }).name,
  bitbucket.getWorkspaceMembersOutput().apply((members) => members[0].uuid),
  bitbucket.getProjectOutput({ key: "PLAT" }).uuid,
  bitbucket.getRepositoryOutput({ repository: repository.uuid }).project,
  bitbucket.getFileOutput({ repository: repository.uuid, commit: "main", path: "README.md" }),
  bitbucket.getDeploymentEnvironmentsOutput({ repository: repository.uuid }).apply((all) => all[0].name),
  bitbucket.getHookEventsOutput({ subject: "repository" }).apply((all) => all[0].event),
  bitbucket.getOidcConfigurationOutput().issuer,
  bitbucket.getOidcKeysOutput().apply(({ keys }) => keys[0].kid),
  bitbucket.getIpRangesOutput({ direction: "ingress" }).apply((all) => all[0]),
];

async function ask(): Promise<number> {
  const client = new bitbucket.BitbucketClient({ readOnly: true });
  try {
    const hooks: unknown[] = await client.list("/repositories/acme/api/hooks", { fields: "uuid", query: { q: "x" } });
    await client.get("/user");
    await client.getText("/repositories/acme/api/src/main/README.md");
    const { status } = await client.send({ method: "POST", path: "/x", body: { a: 1 } });
    return hooks.length + status;
  } catch (error) {
    if (error instanceof bitbucket.IncompleteError) return 0;
    if (error instanceof bitbucket.PermissionError) throw new Error(error.required.join() + error.message);
    if (error instanceof bitbucket.BitbucketError) throw new Error(error.hint);
    if (error instanceof bitbucket.CredentialsError) throw error;
    throw error;
  } finally {
    await client.close();
  }
}
export const answer = ask();
export const errors: Function[] = [
  bitbucket.ConflictError, bitbucket.ConnectionError, bitbucket.NotFoundError, bitbucket.RateLimitError,
  bitbucket.TimeoutError,
];
`;
