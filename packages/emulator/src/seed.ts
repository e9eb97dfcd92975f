/** The initial workspaces, users and tokens of an emulator. */
import { emptyState } from "./newState";
import { newUuid, type State, type Token, type User, type Workspace } from "./state";

/** Example tokens, which are only valid for the emulator. */
export const exampleTokens = {
  /** Alice administers the workspace acme: `alice@acme.example` and this, over Basic. */
  admin: "ATATT3xFf-emulator-alice-admin",
  email: "alice@acme.example",
  /** Alice's, with read scopes only. */
  reader: "ATATT3xFf-emulator-alice-reader",
  /** Alice's, with every scope except those of webhooks. */
  withoutWebhooks: "ATATT3xFf-emulator-alice-no-webhooks",
  /** Bob is a member who administers nothing: `bob@acme.example`. */
  member: "ATATT3xFf-emulator-bob-member",
  workspace: "ATCTT3xFf-emulator-acme-workspace",
  expired: "ATATT3xFf-emulator-alice-expired",
  revoked: "ATATT3xFf-emulator-alice-revoked",
  appPassword: "ATBBemulatorapppassword",
  oauthClientId: "emulator-consumer",
  oauthClientSecret: "emulator-consumer-secret",
} as const;

const readScopes = [
  "repository",
  "project",
  "webhook",
  "pipeline",
  "workspace",
  "user",
  "pullrequest",
  "runner",
  "permission",
  "ssh-key",
  "gpg-key",
];

/** The workspaces acme and globex with their users, otherwise empty. */
export function peopleState(): State {
  const state = emptyState();
  const alice = addUser(state, "alice", "Alice Archer");
  const bob = addUser(state, "bob", "Bob Builder");
  const carol = addUser(state, "carol", "Carol Cook");
  const acme = addWorkspace(state, "acme", "Acme", [
    [alice, "owner"],
    [bob, "member"],
    [carol, "member"],
  ]);
  acme.groupMembers = new Map([
    ["administrators", new Set([alice.uuid])],
    ["developers", new Set([bob.uuid])],
  ]);
  addWorkspace(state, "globex", "Globex", [[carol, "owner"]]);

  state.tokens.push(...tokensOf(alice, bob));
  state.consumers.push({
    id: exampleTokens.oauthClientId,
    secret: exampleTokens.oauthClientSecret,
    workspace: "acme",
    scopes: ["*"],
  });
  return state;
}

function tokensOf(alice: User, bob: User): Token[] {
  const api = { kind: "api_token" as const, user: alice.uuid };
  const reading = readScopes.map((name) => `read:${name}:bitbucket`);
  return [
    { name: "alice", secret: exampleTokens.admin, scopes: ["*"], ...api },
    {
      name: "alice-reader",
      secret: exampleTokens.reader,
      scopes: [...reading, "admin:repository:bitbucket", "admin:project:bitbucket"],
      ...api,
    },
    {
      name: "alice-no-webhooks",
      secret: exampleTokens.withoutWebhooks,
      scopes: [
        ...reading,
        "admin:repository:bitbucket",
        "admin:project:bitbucket",
        "delete:repository:bitbucket",
        "admin:pipeline:bitbucket",
        "write:ssh-key:bitbucket",
        "delete:ssh-key:bitbucket",
      ].filter((scope) => !scope.includes("webhook")),
      ...api,
    },
    { name: "alice-expired", secret: exampleTokens.expired, scopes: ["*"], expired: true, ...api },
    { name: "alice-revoked", secret: exampleTokens.revoked, scopes: ["*"], revoked: true, ...api },
    {
      name: "alice-app-password",
      secret: exampleTokens.appPassword,
      scopes: ["*"],
      kind: "app_password",
      user: alice.uuid,
    },
    { name: "bob", secret: exampleTokens.member, scopes: ["*"], kind: "api_token", user: bob.uuid },
    {
      name: "acme-token",
      secret: exampleTokens.workspace,
      scopes: ["*"],
      kind: "workspace_access_token",
      workspace: "acme",
    },
  ];
}

function addUser(state: State, nickname: string, name: string): User {
  const user: User = {
    uuid: newUuid(),
    account_id: `712020:${newUuid().slice(1, -1)}`,
    nickname,
    display_name: name,
    email: `${nickname}@acme.example`,
  };
  state.users.set(user.uuid, user);
  return user;
}

function addWorkspace(
  state: State,
  slug: string,
  name: string,
  members: readonly (readonly [User, string])[],
): Workspace {
  const workspace: Workspace = {
    uuid: newUuid(),
    slug,
    name,
    members: new Map(members.map(([user, role]) => [user.uuid, role])),
    groups: new Map([
      ["administrators", "Administrators"],
      ["developers", "Developers"],
    ]),
    projects: new Map(),
    repositories: new Map(),
    hooks: new Map(),
    variables: new Map(),
    runners: new Map(),
  };
  state.workspaces.set(slug, workspace);
  return workspace;
}
