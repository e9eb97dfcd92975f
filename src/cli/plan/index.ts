/**
 * `plan`: shows plan files, joins them, and stores them between the pipeline of a pull request and that of
 * main.
 */

import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { groupByShard } from "../../desired";
import { environment } from "../../environment";
import {
  joinPlans,
  type PlanFile,
  PlanRefusedError,
  PlanSigner,
  planKeyFrom,
  readPlan,
  readSignedPlan,
  sourcesOf,
  writePlan,
} from "../../plan/file";
import { planName, pullPlan, pushPlan, removePlan } from "../../publish";
import { Stacks } from "../../run";
import { repositoryOf } from "../drift/report";
import { withClient } from "../shared/connect";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { digestsOf, planSources } from "./planned";
import { formatPlan } from "./text";

export function createPlanCommand(): Command {
  const plan = new Command("plan").description("Manage plan files: saved previews to review and apply");
  addExamples(plan, [
    "npx bitbucket-as-code preview acme --out plan.json",
    "npx bitbucket-as-code up acme --plan plan.json",
  ]);
  plan.addCommand(showCommand());
  plan.addCommand(joinCommand());
  plan.addCommand(pushCommand());
  plan.addCommand(pullCommand());
  plan.addCommand(removeCommand());
  return plan;
}

function showCommand(): Command {
  return addExamples(
    new Command("show")
      .description("Show a plan, and verify its signature")
      .argument("<file>", "the plan")
      .option("--json", "print it as JSON, without its signature")
      .action((file: string, options: { json?: boolean }) =>
        show(readPlan(file, planKeyFrom(environment())), options),
      ),
    [
      "npx bitbucket-as-code plan show plan.json",
      "npx bitbucket-as-code plan show plan.json --json | jq .changes",
    ],
  );
}

function joinCommand(): Command {
  return addExamples(
    new Command("join")
      .description("Join the plans of a stack's shards into one")
      .argument("<stack>", "the stack's name")
      .argument("<files...>", "the plans, each of one or more shards")
      .requiredOption("-o, --out <file>", "the file for the joined plan")
      .option("--json", "also print it as JSON, without its signature")
      .action(async (stack: string, files: string[], options: { out: string; json?: boolean }) => {
        const key = planKeyFrom(environment());
        const sources = await planSources(stack);
        const plans: PlanFile[] = [];
        for (const file of files) {
          const { plan, signer } = readSignedPlan(file, key);
          await checkPart(plan, file, sources, signer);
          plans.push(plan);
        }
        const signer = new PlanSigner(key);
        const stacks = new Stacks(sources.project.root, sources.base, {});
        const wanted = [...groupByShard(sources.desired).keys()].map((shard) => stacks.nameOf(shard));
        const whole = joinPlans(plans, wanted, signer, await digestsOf(sources, signer));
        writePlan(options.out, whole);
        show(whole, options);
      }),
    [
      "npx bitbucket-as-code preview acme --only acme.PLAT --out plans/acme.PLAT.json",
      "npx bitbucket-as-code plan join acme plans/*.json --out plan.json",
    ],
  );
}

function pushCommand(): Command {
  return addExamples(
    new Command("push")
      .description("Upload a plan to the downloads of a repository, for the pipeline that applies it")
      .argument("<file>", "the plan")
      .option("--repository <repository>", "workspace/repository. Default: the pipeline's")
      .option("--json", "print its location as JSON")
      .action(async (file: string, options: { repository?: string; json?: boolean }) => {
        const plan = readPlan(file, planKeyFrom(environment()));
        const repository = repositoryOf(options);
        const name = await withClient({ write: true }, ({ client }) => pushPlan(client, repository, plan));
        if (options.json) printOutput("planLocation", { repository, name });
        else process.stdout.write(`The plan is in the downloads of ${repository}, as ${name}.\n`);
      }),
    [
      "npx bitbucket-as-code plan push plan.json",
      "npx bitbucket-as-code plan push plan.json --repository acme/infrastructure",
    ],
  );
}

function pullCommand(): Command {
  return addExamples(
    new Command("pull")
      .description("Download the plan of exactly this YAML. Exits with 3 if there is none")
      .argument("<stack>", "the stack's name")
      .requiredOption("-o, --out <file>", "the file for the plan")
      .option("--repository <repository>", "workspace/repository. Default: the pipeline's")
      .option("--json", "also print it as JSON, without its signature")
      .action(async (stack: string, options: PullOptions) => {
        const sources = await planSources(stack);
        const wanted = {
          stack,
          sources: sourcesOf(sources.project.root, sources.base, sources.desired),
        };
        const repository = repositoryOf(options);
        const plan = await withClient({}, async ({ client }) => {
          const text = await pullPlan(client, repository, wanted);
          if (text === undefined)
            throw new PlanRefusedError(
              [`the downloads of ${repository} contain none of exactly this YAML`],
              "Other changes may have been merged in between. Create a new plan, and have it reviewed.",
            );
          writeFileSync(options.out, text);
          return readPlan(options.out, planKeyFrom(environment()));
        });
        if (options.json) show(plan, options);
        else process.stdout.write(`The plan of ${plan.createdAt} is in ${options.out}.\n`);
      }),
    [
      "npx bitbucket-as-code plan pull acme --out plan.json && npx bitbucket-as-code up acme --plan plan.json",
    ],
  );
}

function removeCommand(): Command {
  return addExamples(
    new Command("remove")
      .description("Delete a plan from the downloads")
      .argument("<file>", "the plan")
      .option("--repository <repository>", "workspace/repository. Default: the pipeline's")
      .option("--json", "print what was deleted as JSON")
      .action(async (file: string, options: { repository?: string; json?: boolean }) => {
        const plan = readPlan(file, planKeyFrom(environment()));
        const repository = repositoryOf(options);
        await withClient({ write: true }, ({ client }) => removePlan(client, repository, plan));
        const name = planName(plan);
        if (options.json) printOutput("planLocation", { repository, name });
        else process.stdout.write(`${name} was deleted from the downloads of ${repository}.\n`);
      }),
    ["npx bitbucket-as-code plan remove plan.json"],
  );
}

interface PullOptions {
  readonly out: string;
  readonly repository?: string;
  readonly json?: boolean;
}

/** Checks that a part was made from the YAML and the secrets of this checkout. */
async function checkPart(
  plan: PlanFile,
  file: string,
  sources: Awaited<ReturnType<typeof planSources>>,
  signer: PlanSigner,
): Promise<void> {
  const here = sourcesOf(sources.project.root, sources.base, sources.desired);
  const changed = Object.keys({ ...here, ...plan.sources }).filter(
    (name) => here[name] !== plan.sources[name],
  );
  const secrets = await digestsOf(sources, signer);
  const other = Object.keys(plan.secrets ?? {}).filter((field) => plan.secrets?.[field] !== secrets?.[field]);
  const reasons = [
    ...changed.map((name) => `${file}: ${name} has changed since the plan was created`),
    ...other.map((field) => `${file}: the secret of ${field} has a different value`),
  ];
  if (reasons.length > 0) throw new PlanRefusedError(reasons);
}

function show(plan: PlanFile, options: { json?: boolean }): void {
  const { signature: _, live: __, secrets: ___, ...shown } = plan;
  if (options.json) printOutput("plan", shown);
  else process.stdout.write(`${formatPlan(plan)}\n`);
}
