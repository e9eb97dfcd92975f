/** What making and carrying out a plan takes of the project around it: its YAML, its configuration, its secrets. */
import { baseShard, type DesiredStack, loadStack, locateStack } from "../../desired";
import { environment } from "../../environment";
import { packageVersion } from "../../errors";
import { readText } from "../../live";
import {
  checkLive,
  checkSecrets,
  checkServer,
  checkSources,
  type PlanBody,
  type PlanFile,
  PlanRefusedError,
  planBody,
  planKeyFrom,
  readPlan,
  Seal,
  sealOf,
  secretDigests,
  serverOf,
  shardDiffers,
  sourcesOf,
} from "../../plan/file";
import { type Outcome, type RunOutcome, Stacks } from "../../run";
import { connected } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { findProject, type Project, plainConfig } from "../shared/project";

interface Sources {
  readonly project: Project;
  /** The stack without its shard. */
  readonly base: string;
  readonly desired: DesiredStack;
}

export async function planSources(stack: string): Promise<Sources> {
  const project = findProject();
  const place = locateStack(project.root, stack);
  return { project, base: place.stack, desired: await loadStack(place.path) };
}

/** Keyed digests of all secrets of the stack; undefined where the seal has no key. */
export async function digestsOf(
  { project, base, desired }: Sources,
  seal: Seal,
): Promise<Record<string, string> | undefined> {
  if (seal.secret("", "") === undefined) return undefined;
  await useEngine();
  const needed = JSON.stringify(desired.resources.map(({ args }) => args)).includes('"source":"fromConfig"');
  const config = needed
    ? await new Stacks(project.root, base, {}).configuration(baseShard)
    : new Map<string, string>();
  return connected({ config: plainConfig(project.root, base) }, ({ client }) =>
    secretDigests(
      desired,
      {
        env: environment(),
        config: (key) => config.get(`${project.name}:${key}`),
        bitbucket: (path) => readText(client, path),
      },
      seal,
    ),
  );
}

/** The API and the workspace that a run here means. */
function serverHere({ project, base, desired }: Sources): Promise<PlanBody["server"]> {
  return connected({ config: plainConfig(project.root, base) }, ({ client, reader }) =>
    serverOf(client.baseUrl, desired.workspace, reader),
  );
}

/** The plan of what a preview found. */
export async function planOf(
  stack: string,
  preview: RunOutcome,
  only: readonly string[] | undefined,
): Promise<PlanFile> {
  const sources = await planSources(stack);
  const seal = new Seal(planKeyFrom(environment()));
  const secrets = await digestsOf(sources, seal);
  const server = await serverHere(sources);
  return seal.close(bodyOf(stack, sources, preview, server, secrets, only));
}

/** A plan that is to be carried out. */
export interface PlanSession {
  readonly plan: PlanFile;
  /** @throws {PlanRefusedError} where the workspace or the state is not as it was. */
  checkLive(preview: RunOutcome): void;
  /** Why a shard must not be applied, by a preview of it. */
  shardDiffers(preview: Outcome): string | undefined;
}

/**
 * Reads a plan, and checks all that can be checked without looking at the workspace.
 *
 * @throws {PlanRefusedError} where it must not be carried out.
 */
export async function openPlan(stack: string, file: string): Promise<PlanSession> {
  const key = planKeyFrom(environment());
  const plan = readPlan(file, key);
  if (plan.only !== undefined)
    throw new PlanRefusedError(
      [`it is for ${plan.only.join(", ")} alone, which are not all of ${plan.stack}`],
      'Join the plans of all parts first: "bitbucket-as-code plan join".',
    );
  const sources = await planSources(stack);
  checkSources(plan, {
    tool: packageVersion(),
    stack,
    sources: sourcesOf(sources.project.root, sources.base, sources.desired),
  });
  const server = await serverHere(sources);
  checkServer(plan, server);
  checkSecrets(plan, await digestsOf(sources, sealOf(plan, key)));
  const found = (preview: RunOutcome): PlanBody =>
    bodyOf(stack, sources, preview, server, undefined, undefined);
  return {
    plan,
    checkLive: (preview) => checkLive(plan, found(preview)),
    shardDiffers: (shard) => {
      const { changes, live } = found({
        operation: "preview",
        shards: [shard],
        skipped: [],
        moves: [],
        succeeded: true,
        seconds: 0,
        run: "",
      });
      return shardDiffers(plan, { stack: shard.stack, changes, live });
    },
  };
}

function bodyOf(
  stack: string,
  { project, base, desired }: Sources,
  preview: RunOutcome,
  server: PlanBody["server"],
  secrets: Readonly<Record<string, string>> | undefined,
  only: readonly string[] | undefined,
): PlanBody {
  return planBody({
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
