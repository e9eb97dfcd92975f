/** The text of `bitbucket-pipelines.yml` for a stack. */
import { formatCount } from "../../errors/count";
import { quoteYaml, runInFolder, step } from "./pipelineStep";

/** Where the state is stored, and how a step reaches it. */
export const backends = ["s3", "pulumi-cloud", "other"] as const;
export type Backend = (typeof backends)[number];

export interface PipelinesOptions {
  readonly stack: string;
  /** The Pulumi stacks of its shards, including the stack's own; only that one if it is not split. */
  readonly shards: readonly string[];
  readonly branch: string;
  /** The deployment environment that gates an apply. */
  readonly environment: string;
  readonly backend: Backend;
  /** The path from the root of the git repository to the project; empty at the root. */
  readonly folder: string;
  /** What pull requests preview: everything, with a plan, or only what they change. */
  readonly preview: PreviewChoice;
}

/** What pull requests preview. */
export const previews = ["full", "changed"] as const;
export type PreviewChoice = (typeof previews)[number];

export const fileName = "bitbucket-pipelines.yml";

const image = "node:22";

/** A missing package must not be fetched from the registry, where anybody may have registered the name. */
const tool = "npx --no bitbucket-as-code";

/**
 * Steps of a pipeline, at most.
 * https://support.atlassian.com/bitbucket-cloud/docs/limitations-of-bitbucket-pipelines/
 */
const maxSteps = 100;

/** Minutes of a step, at most; without the setting it ends after 120. */
const maxStepLength = 720;

export function pipelinesFile(options: PipelinesOptions): string {
  const { stack, branch, environment, shards } = options;
  const isChanged = options.preview === "changed";
  return `# Written by "npx bitbucket-as-code init pipelines". What to set before it runs: docs/how-to/gitops.md of bitbucket-as-code.
image: ${image}

definitions:
  caches:
    # The Pulumi engine. The first run gets it, and leaves it here. Bitbucket lets go of it after a week.
    pulumi-engine: ~/.cache/bitbucket-as-code
    npm:
      key: { files: [${quoteYaml(runInFolder(options, "package-lock.json"))}] }
      path: ~/.npm

pipelines:
  pull-requests:
    # Runs on the merge of the pull request and its destination: what ${branch} will be.
    "**":
${validate(options)}
${isChanged ? changedStep(options) : shards.length > 1 ? previewsOfShards(options) : previewStep(options)}

  branches:
    ${quoteYaml(branch)}:
${isChanged ? newPlanStep(options) : reviewedPlanStep(options)}
${applyStep(options, isChanged ? [] : [`${tool} plan remove plan.json`])}

  custom:
    # For a schedule: repository settings, Pipelines, Schedules.
    drift:
${step(options, {
  name: `Drift of ${stack}`,
  comment:
    "Reads only. The commit's build status shows whether there is drift; the step fails if it is unknown.",
  script: [
    ...connect(options),
    `${tool} drift ${stack} --report json=drift.json --strict --exit-zero`,
    `${tool} report drift.json --insights --status`,
  ],
  after: [skipIfDone(`${tool} report --failed-drift ${stack} --insights --status`)],
})}
${isChanged ? nightlyPreview(options) : ""}
    # When no reviewed plan fits: a new one is made, shown, and waits for the same approval.
    apply-unreviewed:
${newPlanStep(options)}
${applyStep({ ...options, environment })}
`;
}

function validate(options: PipelinesOptions): string {
  const { stack } = options;
  return step(options, {
    name: "Validate",
    script: [`${tool} validate ${stack}`],
    after: [noPlan(options)],
    state: false,
  });
}

function previewStep(options: PipelinesOptions): string {
  const { stack } = options;
  return step(options, {
    name: `Plan for ${stack}`,
    script: [...connect(options), `${tool} preview ${stack} --out plan.json`, ...published],
    after: [noPlan(options)],
  });
}

/** A full preview would take a large part of the rate limit at each push. */
function changedStep(options: PipelinesOptions): string {
  const { stack } = options;
  return step(options, {
    name: `What changes in ${stack}`,
    comment:
      "Looks only at what the YAML changes. The plan of everything is created before the apply, and every night.",
    script: [
      ...connect(options),
      `${tool} preview ${stack} --changed --json > preview.json`,
      `${tool} report preview.json --stack ${stack}`,
    ],
    after: [noPreview(options)],
  });
}

function reviewedPlanStep(options: PipelinesOptions): string {
  const { stack } = options;
  return step(options, {
    name: `The reviewed plan of ${stack}`,
    comment: "Finds only a plan of exactly this YAML. Without one it stops here: run apply-unreviewed.",
    script: [`${tool} plan pull ${stack} --out plan.json`, `${tool} plan show plan.json`],
    artifacts: ["plan.json"],
    state: false,
  });
}

function newPlanStep(options: PipelinesOptions): string {
  const { stack } = options;
  return step(options, {
    name: `A new plan of ${stack}`,
    script: [...connect(options), `${tool} preview ${stack} --out plan.json`, `${tool} plan show plan.json`],
    artifacts: ["plan.json"],
  });
}

function nightlyPreview(options: PipelinesOptions): string {
  const { stack } = options;
  const at = " --insights --status";
  return `
    # For a schedule as well: the preview of everything, also of what the pull requests did not look at.
    preview:
${step(options, {
  name: `The preview of all of ${stack}`,
  script: [
    ...connect(options),
    `${tool} preview ${stack} --json > preview.json`,
    `${tool} report preview.json --stack ${stack}${at}`,
  ],
  after: [noPreview(options, at)],
})}
`;
}

/** The plan is pushed first: a comment that cannot be written does not lose it. */
const published = [`${tool} plan push plan.json`, `${tool} report plan.json`];

/** Without this, the comment would keep showing the plan of an earlier commit. */
function noPlan({ stack }: PipelinesOptions): string {
  return skipIfDone(`${tool} report --failed-plan ${stack}`);
}

/** A preview fails if an apply would be refused, and its output says why. */
function noPreview({ stack }: PipelinesOptions, at = ""): string {
  return skipIfDone(
    `${tool} report preview.json --stack ${stack}${at} || ${tool} report --failed-plan ${stack}${at}`,
  );
}

function skipIfDone(command: string): string {
  return `[ "$BITBUCKET_EXIT_CODE" = 0 ] || ${command}`;
}

/** A step for each shard, in parallel, and one that joins their plans. */
function previewsOfShards(options: PipelinesOptions): string {
  const { stack, shards } = options;
  // There are two more steps, before and after them.
  const groups = splitIntoGroups(shards, maxSteps - 2);
  const previews = groups.map((group, index) => {
    const alone = group.length === 1;
    const file = alone ? group[0] : `part-${index + 1}`;
    return indentText(
      step(options, {
        name: alone
          ? `Plan for ${group[0]}`
          : `Plan for ${formatCount(group.length, "shard")} of ${stack}, ${index + 1}`,
        script: [
          ...connect(options),
          "mkdir -p plans",
          `${tool} preview ${stack} --only ${group.join(" ")} --out plans/${file}.json`,
        ],
        after: [noPlan(options)],
        artifacts: ["plans/*.json"],
      }),
    );
  });
  return [
    "      - parallel:",
    "          fail-fast: true",
    "          steps:",
    previews.join("\n"),
    step(options, {
      name: `One plan for ${stack}`,
      script: [...connect(options), `${tool} plan join ${stack} plans/*.json --out plan.json`, ...published],
      after: [noPlan(options)],
    }),
  ].join("\n");
}

/** Splits into at most `most` groups of similar size. */
function splitIntoGroups<Item>(items: readonly Item[], most: number): Item[][] {
  const count = Math.min(items.length, most);
  return Array.from({ length: count }, (_, index) =>
    items.slice(Math.floor((index * items.length) / count), Math.floor(((index + 1) * items.length) / count)),
  );
}

function applyStep(options: PipelinesOptions, then: readonly string[] = []): string {
  const { stack, environment } = options;
  return step(options, {
    name: `Apply to ${stack}`,
    comment: "Waits for someone to start it. If anything has changed since the plan was created, it stops.",
    settings: [
      `deployment: ${quoteYaml(environment)}`,
      "trigger: manual",
      ...(options.backend === "s3"
        ? []
        : [`max-time: ${maxStepLength} # a large apply waits for Bitbucket's rate limit`]),
    ],
    script: [...connect(options), `${tool} up ${stack} --plan plan.json`, ...then],
  });
}

/** The settings that give a step access to the state. */
function connect({ backend }: PipelinesOptions): string[] {
  if (backend !== "s3") return [];
  // https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
  return [
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
    'printf %s "$BITBUCKET_STEP_OIDC_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
  ];
}

function indentText(text: string): string {
  return text
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n");
}
