/** `access-review`: who has which right where, through what, since when. It only reads in Bitbucket. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type DesiredStack, findStackFile, listStackNames, loadStack } from "../../desired";
import { environment } from "../../environment";
import { Jira } from "../../notify/jira";
import { readJira } from "../../notify/settings";
import { renderJson } from "../../report/json";
import { type AccessReview, reviewAccess } from "../../review";
import { matchDeclared } from "../../review/declared";
import { renderReviewCsv } from "../../review/report/csv";
import { renderReviewHtml } from "../../review/report/html";
import { reviewIssue } from "../../review/report/jira";
import { renderReviewTerminal } from "../../review/report/terminal";
import { withClient } from "../shared/connect";
import { addExamples } from "../shared/examples";
import { checkOutputs, type Output, outputCollector, showReport } from "../shared/outputs";
import { withProgress } from "../shared/progress";
import { findProject, readConfig, UsageError } from "../shared/project";
import { repositoryFilesOnce } from "../shared/repositoryFiles";
import { refuseEmpty, selectOwners } from "./select";

const renderers = {
  csv: renderReviewCsv,
  html: renderReviewHtml,
  json: (review: AccessReview) => renderJson(review),
  text: (review: AccessReview) => `${renderReviewTerminal(review, { verbose: true })}\n`,
} as const;
type ReviewFormat = keyof typeof renderers;
const formats = Object.keys(renderers) as ReviewFormat[];

interface AccessReviewOptions {
  readonly repository?: readonly string[];
  readonly project?: readonly string[];
  readonly report: readonly Output<ReviewFormat>[];
  readonly jira?: boolean;
  readonly allowUnreadable?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

export function createAccessReviewCommand(): Command {
  return addExamples(
    new Command("access-review")
      .description("List who has access to what, how, and since when. Reads only")
      .argument("<workspace>", "a stack's name, to compare with its YAML, or a workspace's slug")
      .option("-r, --repository <pattern...>", "only these repositories: globs, ! excludes")
      .option("--project <pattern...>", "only these projects and what is in them, by key")
      .option(
        "--report <format=path...>",
        `write reports: ${formats.join(", ")}, each with a path, or - for standard output`,
        outputCollector(formats),
        [],
      )
      .option("--jira", "create or update one Jira issue with the review: see docs/how-to/access-review.md")
      .option("--allow-unreadable", "exit with 0 instead of 4 if the credential cannot read something")
      .option("-v, --verbose", "show every permission")
      .option("--json", "print the review as JSON")
      .addHelpText("after", "\nExit codes: 0 done, 1 an error, 4 not everything could be read")
      .action(reviewCommand),
    [
      "npx bitbucket-as-code access-review acme",
      "npx bitbucket-as-code access-review acme --report csv=access.csv,html=access.html",
      "npx bitbucket-as-code access-review acme --project PLAT --jira",
    ],
  );
}

async function reviewCommand(name: string, options: AccessReviewOptions): Promise<void> {
  checkOutputs(options.report, options.json === true);
  const stack = findStack(name);
  // What is missing is said before anything is read.
  const jira = options.jira
    ? readJira({ env: environment(), config: stack && readConfig(stack.root, name) })
    : undefined;
  const desired =
    stack &&
    (await loadStack(stack.path, {
      keepExpired: true,
      repositoryFiles: repositoryFilesOnce(stack.root, name),
    }));
  const review = await readReview(name, desired, stack?.root, options);
  if (review.repositories + review.projects === 0 && review.complete) refuseEmpty(options, review.workspace);
  showReport(options, {
    json: () => renderJson(review),
    text: () => renderReviewTerminal(review, options),
    render: (format) => renderers[format](review),
  });
  if (jira) {
    const connection = new Jira(jira, { env: environment() });
    try {
      const { key, done } = await connection.put(reviewIssue(review));
      process.stderr.write(`Jira issue ${key}: ${done}\n`);
    } finally {
      await connection.close();
    }
  }
  if (!review.complete && !options.allowUnreadable) {
    process.exitCode = 4;
    process.stderr.write(
      "Not everything could be read: somebody may have rights that are not listed (exit code 4).\n",
    );
  }
}

async function readReview(
  name: string,
  desired: DesiredStack | undefined,
  root: string | undefined,
  options: AccessReviewOptions,
): Promise<AccessReview> {
  const config = root === undefined ? {} : { config: readConfig(root, name) };
  const workspace = desired?.workspace ?? name;
  return withClient({ summary: true, ...config }, ({ client, reader }) =>
    withProgress("reads", client, (shown) =>
      reviewAccess(client, reader, {
        workspace,
        ...selectOwners(options),
        ...(desired === undefined
          ? {}
          : {
              stack: name,
              declared: (objects) => matchDeclared(desired.resources, objects, reader, workspace),
            }),
        onProgress: ({ total }) => shown.step(total),
      }),
    ),
  );
}

/** The stack of this name, if this is a folder of a project that has one. */
function findStack(name: string): { readonly root: string; readonly path: string } | undefined {
  try {
    const { root } = findProject();
    if (!existsSync(join(root, "stacks")) || !listStackNames(root).includes(name)) return undefined;
    return { root, path: findStackFile(root, name) };
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
