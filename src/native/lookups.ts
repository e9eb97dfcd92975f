/** The look-ups as functions of the native provider: their arguments, results and reads. */
import { z } from "zod";
import type { ReadClient } from "../bitbucket";
import { getIpRanges, reads } from "../live/lookups";
import { nativePrefix } from "../model/typeToken";

/** A look-up function. */
export interface LookUp<Args extends z.ZodObject = z.ZodObject, Result extends z.ZodObject = z.ZodObject> {
  /** In camelCase, as in TypeScript. */
  readonly name: string;
  readonly summary: string;
  readonly args: Args;
  readonly result: Result;
  read(client: () => ReadClient, args: z.output<Args>): Promise<z.input<Result>>;
}

/** The outputs of a look-up: its arguments as well, as Terraform's data sources have them. */
export function outputsOfLookUp({ args, result }: LookUp): z.ZodObject {
  return z.object({ ...args.shape, ...result.shape });
}

function defineLookUp<Args extends z.ZodObject, Result extends z.ZodObject>(
  lookUp: LookUp<Args, Result>,
): LookUp<Args, Result> {
  return lookUp;
}

const text = (description: string) => z.string().min(1, "must not be empty").meta({ description });
const said = (description: string) => z.string().meta({ description });

/** Default: the provider's. */
const workspace = text("The workspace's slug or UUID. Default: the provider's.").optional();
const repository = text("The repository's slug or UUID.");

const user = z.object({
  uuid: said("The UUID."),
  accountId: said("The Atlassian account id.").optional(),
  nickname: said("The nickname.").optional(),
  displayName: said("The display name.").optional(),
});

export const lookUps: readonly LookUp[] = [
  defineLookUp({
    name: "getCurrentUser",
    summary: "The user of the credential. An access token has none.",
    args: z.object({}),
    result: user,
    read: (client) => reads.currentUser(client()),
  }),
  defineLookUp({
    name: "getUser",
    summary: "A user.",
    args: z.object({ user: text("The UUID or the Atlassian account id.") }),
    result: user,
    read: (client, args) => reads.user(client(), args.user),
  }),
  defineLookUp({
    name: "getWorkspace",
    summary: "A workspace.",
    args: z.object({ workspace }),
    result: z.object({ uuid: said("The UUID."), slug: said("The slug."), name: said("The name.") }),
    read: (client, args) => reads.workspace(client(), workspaceOf(args)),
  }),
  defineLookUp({
    name: "getWorkspaceMembers",
    summary: "The members of a workspace.",
    args: z.object({ workspace }),
    result: z.object({ members: z.array(user).meta({ description: "The users." }) }),
    read: async (client, args) => ({ members: await reads.workspaceMembers(client(), workspaceOf(args)) }),
  }),
  defineLookUp({
    name: "getProject",
    summary: "A project.",
    args: z.object({ workspace, key: text("The project's key.") }),
    result: z.object({
      uuid: said("The UUID."),
      key: said("The key."),
      name: said("The name."),
      description: said("The description."),
      isPrivate: z.boolean().meta({ description: "Whether only users with permission can see it." }),
    }),
    read: (client, args) => reads.project(client(), { workspace: workspaceOf(args), key: args.key }),
  }),
  defineLookUp({
    name: "getRepository",
    summary: "A repository.",
    args: z.object({ workspace, repository }),
    result: z.object({
      uuid: said("The UUID, which survives renames and moves."),
      name: said("The name."),
      slug: said("The name in URLs."),
      fullName: said("Workspace and slug: `acme/api`."),
      description: said("The description."),
      isPrivate: z.boolean().meta({ description: "Whether only users with permission can see it." }),
      mainBranch: said("The main branch, if it has one.").optional(),
      project: said("The key of its project.").optional(),
    }),
    read: (client, args) => reads.repository(client(), at(args)),
  }),
  defineLookUp({
    name: "getFile",
    summary: "The content of a file in a repository, as text.",
    args: z.object({
      workspace,
      repository,
      commit: text("A commit's hash, a tag or a branch."),
      path: text("The file's path in the repository."),
    }),
    result: z.object({ content: said("The content.") }),
    read: async (client, args) => ({
      content: await reads.file(client(), { ...at(args), commit: args.commit, path: args.path }),
    }),
  }),
  defineLookUp({
    name: "getDeploymentEnvironments",
    summary: "The deployment environments of a repository.",
    args: z.object({ workspace, repository }),
    result: z.object({
      environments: z
        .array(
          z.object({
            uuid: said("The UUID."),
            name: said("The name."),
            type: said("`Test`, `Staging` or `Production`.").optional(),
          }),
        )
        .meta({ description: "The environments." }),
    }),
    read: async (client, args) => ({ environments: await reads.deploymentEnvironments(client(), at(args)) }),
  }),
  defineLookUp({
    name: "getHookEvents",
    summary: "The events that webhooks can subscribe to.",
    args: z.object({
      subject: z.enum(["repository", "workspace"]).meta({ description: "The owner of the webhooks." }),
    }),
    result: z.object({
      events: z
        .array(
          z.object({
            event: said("The event, such as `repo:push`."),
            category: said("The category."),
            label: said("Its title."),
            description: said("When it is sent."),
          }),
        )
        .meta({ description: "The events." }),
    }),
    read: async (client, args) => ({ events: await reads.hookEvents(client(), args.subject) }),
  }),
  defineLookUp({
    name: "getOidcConfiguration",
    summary:
      "The OpenID Connect configuration of a workspace's pipelines, for a cloud provider that trusts them.",
    args: z.object({ workspace }),
    result: z.object({
      issuer: said("The issuer of the tokens."),
      jwksUri: said("The URL of the keys that sign them."),
    }),
    read: async (client, args) => {
      const { issuer, jwks_uri } = await reads.oidcConfiguration(client(), workspaceOf(args));
      return { issuer, jwksUri: jwks_uri };
    },
  }),
  defineLookUp({
    name: "getOidcKeys",
    summary: "The public keys that sign the tokens of a workspace's pipelines.",
    args: z.object({ workspace }),
    result: z.object({ keys: said('The JSON Web Key Set, as JSON: `{"keys": [...]}`.') }),
    read: async (client, args) => ({
      keys: JSON.stringify(await reads.oidcKeys(client(), workspaceOf(args))),
    }),
  }),
  defineLookUp({
    name: "getIpRanges",
    summary: "The IP ranges of Bitbucket's outgoing and incoming traffic.",
    args: z.object({
      direction: z
        .enum(["egress", "ingress"])
        .meta({ description: "`egress`: from Bitbucket, such as webhooks. `ingress`: to Bitbucket." }),
      url: text("The URL of the ranges. Default: `https://ip-ranges.atlassian.com/`.").optional(),
    }),
    result: z.object({ cidrs: z.array(z.string()).meta({ description: "The ranges, in CIDR notation." }) }),
    read: async (_client, { direction, url }) => ({
      cidrs: await (url === undefined ? getIpRanges(direction) : getIpRanges(direction, url)),
    }),
  }),
] as readonly unknown[] as readonly LookUp[];

/** The function's token. */
export function lookUpToken({ name }: Pick<LookUp, "name">): string {
  return nativePrefix + name;
}

/** A missing workspace is refused before, by the check of the arguments. */
function workspaceOf({ workspace: named }: { readonly workspace?: string | undefined }): string {
  return named ?? "";
}

function at(args: { readonly workspace?: string | undefined; readonly repository: string }) {
  return { workspace: workspaceOf(args), repository: args.repository };
}
