/** Everything that making and applying a plan needs of the project: its YAML, configuration and secrets. */
import { baseShard, type DesiredStack, loadStack, locateStack } from "../../desired";
import { environment } from "../../environment";
import { packageVersion } from "../../errors";
import { readText } from "../../live";
import {
  buildPlan,
  checkLive,
  checkSecrets,
  checkServer,
  checkSources,
  type FoundServer,
  findServer,
  hashSecrets,
  hasShardChanged,
  type PlanBody,
  type PlanFile,
  PlanRefusedError,
  PlanSigner,
  planKeyFrom,
  readSignedPlan,
  sourcesOf,
} from "../../plan/file";
import { type RunOutcome, type ShardOutcome, Stacks } from "../../run";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { findProject, type PulumiProject, readConfig } from "../shared/project";
import { repositoryFilesOnce } from "../shared/repositoryFiles";

interface PlanSources {
  readonly project: PulumiProject;
  /** The stack without its shard. */
  readonly base: string;
  readonly desired: DesiredStack;
}

export async function planSources(stack: string): Promise<PlanSources> {
  const project = findProject();
  const place = locateStack(project.root, stack);
  return {
    project,
    base: place.stack,
    desired: await loadStack(place.path, { repositoryFiles: repositoryFilesOnce(project.root, stack) }),
  };
}

/** Keyed digests of all secrets of the stack; undefined if the signature has no key. */
export async function digestsOf(
  { project, base, desired }: PlanSources,
  signer: PlanSigner,
): Promise<Record<string, string> | undefined> {
  if (signer.hashSecret("", "") === undefined) return undefined;
  await useEngine();
  const needed = JSON.stringify(desired.resources.map(({ args }) => args)).includes('"source":"fromConfig"');
  const config = needed
    ? await new Stacks(project.root, base, {}).configuration(baseShard)
    : new Map<string, string>();
  return withClient({ config: readConfig(project.root, base) }, ({ client }) =>
    hashSecrets(
      desired,
      {
        env: environment(),
        config: (key) => config.get(`${project.name}:${key}`),
        bitbucket: (path) => readText(client, path),
      },
      signer,
    ),
  );
}

/** The API and the workspace that a run here uses. */
function serverHere({ project, base, desired }: PlanSources, planned?: string): Promise<FoundServer> {
  return withClient({ config: readConfig(project.root, base) }, ({ client, reader }) =>
    findServer(client.baseUrl, desired.workspace, reader, planned),
  );
}

/** Builds a plan from a preview. */
export async function planOf(
  stack: string,
  preview: RunOutcome,
  only: readonly string[] | undefined,
): Promise<PlanFile> {
  const sources = await planSources(stack);
  const signer = new PlanSigner(planKeyFrom(environment()));
  const secrets = await digestsOf(sources, signer);
  const { server } = await serverHere(sources);
  return signer.sign(bodyOf(stack, sources, preview, server, secrets, only));
}

/** A plan to be applied. */
export interface PlanSession {
  readonly plan: PlanFile;
  /** @throws {PlanRefusedError} if the workspace or the state has changed. */
  checkLive(preview: RunOutcome): void;
  /** Returns the reason why a shard must not be applied, from a preview of it, or undefined. */
  shardDiffers(preview: ShardOutcome): string | undefined;
}

/**
 * Reads a plan and checks everything that needs no look at the workspace.
 *
 * @throws {PlanRefusedError} if it must not be applied.
 */
export async function openPlan(stack: string, file: string): Promise<PlanSession> {
  const { plan, signer } = readSignedPlan(file, planKeyFrom(environment()));
  if (plan.only !== undefined)
    throw new PlanRefusedError(
      [`it covers only ${plan.only.join(", ")}, not all of ${plan.stack}`],
      'Join the plans of all parts first: "npx bitbucket-as-code plan join".',
    );
  const sources = await planSources(stack);
  checkSources(plan, {
    tool: packageVersion(),
    stack,
    sources: sourcesOf(sources.project.root, sources.base, sources.desired),
  });
  const here = await serverHere(sources, plan.server.workspaceUuid);
  checkServer(plan, here);
  checkSecrets(plan, await digestsOf(sources, signer));
  const found = (preview: RunOutcome): PlanBody =>
    bodyOf(stack, sources, preview, here.server, undefined, undefined);
  return {
    plan,
    checkLive: (preview) => checkLive(plan, found(preview)),
    shardDiffers: (shard) => {
      const { changes, live } = found({
        operation: "preview",
        workspace: sources.desired.workspace,
        shards: [shard],
        skipped: [],
        moves: [],
        succeeded: true,
        seconds: 0,
        run: "",
      });
      return hasShardChanged(plan, { stack: shard.stack, changes, live });
    },
  };
}

function bodyOf(
  stack: string,
  { project, base, desired }: PlanSources,
  preview: RunOutcome,
  server: PlanBody["server"],
  secrets: Readonly<Record<string, string>> | undefined,
  only: readonly string[] | undefined,
): PlanBody {
  return buildPlan({
    root: project.root,
    stack,
    config: base,
    tool: packageVersion(),
    desired,
    preview,
    server,
    secrets,
    only,
  });
}
