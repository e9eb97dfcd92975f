/** The text of `bitbucket-pipelines.yml` for a stack. */

/** Where the state is kept, and how a step gets to it. */
export const backends = ["s3", "pulumi-cloud", "other"] as const;
export type Backend = (typeof backends)[number];

export interface PipelinesOptions {
  readonly stack: string;
  /** The Pulumi stacks of its shards, the stack's own among them; one alone where it is not split. */
  readonly shards: readonly string[];
  readonly branch: string;
  /** The deployment environment that an apply waits for. */
  readonly environment: string;
  readonly backend: Backend;
  /** From the top of the git repository to the project. Empty: it is there. */
  readonly folder: string;
}

export const fileName = "bitbucket-pipelines.yml";

/** Every 30 days or more, Bitbucket lets go of a cache anyway: the engine is one download. */
const image = "node:22";

const tool = "npx bitbucket-as-code";

export function pipelinesFile(options: PipelinesOptions): string {
  const { stack, branch, environment, shards } = options;
  return `# Written by "bitbucket-as-code init pipelines". What to set before it runs: docs/pipelines.md of bitbucket-as-code.
image: ${image}

definitions:
  caches:
    # The Pulumi engine. The first run gets it, and leaves it here.
    pulumi-engine: ~/.cache/bitbucket-as-code
    npm:
      key: { files: [${quoted(inFolder(options, "package-lock.json"))}] }
      path: ~/.npm

pipelines:
  pull-requests:
    # Runs on the merge of the pull request and its destination: what ${branch} will be.
    "**":
${validate(options)}
${shards.length > 1 ? previewsOfShards(options) : previewStep(options)}

  branches:
    ${quoted(branch)}:
${step(options, {
  name: `The reviewed plan of ${stack}`,
  comment:
    "Only a plan that was made from just this YAML is found. Without one it stops here: run apply-unreviewed.",
  script: [...connect(options), `${tool} plan pull ${stack} --out plan.json`, `${tool} plan show plan.json`],
  artifacts: ["plan.json"],
})}
${applyStep(options, [`${tool} plan remove plan.json`])}

  custom:
    # For a schedule: repository settings, Pipelines, Schedules.
    drift:
${step(options, {
  name: `Drift of ${stack}`,
  comment: "Reads only. The build status of the commit says whether there is drift.",
  script: [
    ...connect(options),
    `${tool} drift ${stack} --report json=drift.json --exit-zero`,
    `${tool} report drift.json --insights --status`,
  ],
})}

    # When no reviewed plan fits: a new one is made, shown, and waits for the same approval.
    apply-unreviewed:
${step(options, {
  name: `A new plan of ${stack}`,
  script: [...connect(options), `${tool} preview ${stack} --out plan.json`, `${tool} plan show plan.json`],
  artifacts: ["plan.json"],
})}
${applyStep({ ...options, environment })}
`;
}

function validate(options: PipelinesOptions): string {
  return step(options, { name: "Validate", script: [`${tool} validate ${options.stack}`], oidc: false });
}

function previewStep(options: PipelinesOptions): string {
  const { stack } = options;
  return step(options, {
    name: `Plan for ${stack}`,
    script: [
      ...connect(options),
      `${tool} preview ${stack} --out plan.json`,
      `${tool} report plan.json`,
      `${tool} plan push plan.json`,
    ],
  });
}

/** A step for each shard, side by side, and one that puts their plans together. */
function previewsOfShards(options: PipelinesOptions): string {
  const { stack, shards } = options;
  const previews = shards.map((shard) =>
    indented(
      step(options, {
        name: `Plan for ${shard}`,
        script: [
          ...connect(options),
          "mkdir -p plans",
          `${tool} preview ${stack} --only ${shard} --out plans/${shard}.json`,
        ],
        artifacts: ["plans/*.json"],
      }),
      "      ",
    ),
  );
  return [
    "      - parallel:",
    "          fail-fast: true",
    "          steps:",
    previews.join("\n"),
    step(options, {
      name: `One plan for ${stack}`,
      script: [
        ...connect(options),
        `${tool} plan join ${stack} plans/*.json --out plan.json`,
        `${tool} report plan.json`,
        `${tool} plan push plan.json`,
      ],
    }),
  ].join("\n");
}

function applyStep(options: PipelinesOptions, after: readonly string[] = []): string {
  const { stack, environment } = options;
  return step(options, {
    name: `Apply to ${stack}`,
    comment: "Waits for somebody to start it. If anything has changed since the plan was made, it stops.",
    settings: [`deployment: ${quoted(environment)}`, "trigger: manual"],
    script: [...connect(options), `${tool} up ${stack} --plan plan.json`, ...after],
  });
}

interface Step {
  readonly name: string;
  readonly comment?: string;
  readonly settings?: readonly string[];
  readonly script: readonly string[];
  readonly artifacts?: readonly string[];
  readonly oidc?: boolean;
}

function step(
  options: PipelinesOptions,
  { name, comment, settings = [], script, artifacts = [], oidc = options.backend === "s3" }: Step,
): string {
  const way = options.folder === "" ? [] : [`cd ${shellQuoted(options.folder)}`];
  return [
    ...(comment === undefined ? [] : [`      # ${comment}`]),
    "      - step:",
    `          name: ${quoted(name)}`,
    ...settings.map((line) => `          ${line}`),
    ...(oidc ? ["          oidc: true"] : []),
    "          caches: [npm, pulumi-engine]",
    "          script:",
    ...[...way, "npm ci --no-audit --no-fund", ...script].map((line) => `            - ${quoted(line)}`),
    ...(artifacts.length > 0
      ? [
          "          artifacts:",
          ...artifacts.map((path) => `            - ${quoted(inFolder(options, path))}`),
        ]
      : []),
  ].join("\n");
}

/** What a step needs to reach the state. */
function connect({ backend }: PipelinesOptions): string[] {
  if (backend !== "s3") return [];
  // https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
  return [
    'export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"',
    'printf %s "$BITBUCKET_STEP_OIDC_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
  ];
}

function inFolder({ folder }: PipelinesOptions, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

/** A scalar that YAML takes for just this text. */
function quoted(text: string): string {
  return /^[A-Za-z][\w .,/=-]*$/.test(text) && !/^(true|false|yes|no|on|off|null)$/i.test(text)
    ? text
    : `'${text.replaceAll("'", "''")}'`;
}

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `"${text.replace(/(["\\$`])/g, "\\$1")}"`;
}

function indented(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => by + line)
    .join("\n");
}
