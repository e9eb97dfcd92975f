/** `doctor`: checks whether everything is ready for a run, and says how to fix what is not. */

import { Command, Option } from "commander";
import colors from "picocolors";
import { lookUpCredentials, workspaceBeside } from "../../credentials";
import { loadStack, withoutRepositoryFiles } from "../../desired";
import { type DoctorFinding, type DoctorInput, runChecks } from "../../doctor";
import { readOnlyEnvironment } from "../../environment";
import { formatCount } from "../../errors/count";
import { type Purpose, purposes } from "../../plan";
import { toCredentialSources } from "../../provider/configLookup";
import { createClientFrom } from "../../provider/session";
import { findEngine } from "../../pulumi/binary";
import { findCurrentStack, findProjectHere } from "../shared/currentStack";
import { printOutput } from "../shared/output/print";
import { stackFile } from "../shared/project";
import { configOf } from "./status";

interface DoctorOptions {
  readonly for: Purpose;
  readonly strict?: boolean;
  readonly json?: boolean;
}

export function createDoctorCommand(): Command {
  return new Command("doctor")
    .description(
      "Check the credential, its scopes, the connection to Bitbucket and this machine. Changes nothing",
    )
    .argument("[stack]", "the stack to compare the scopes with; default: the selected one")
    .addOption(
      new Option("--for <what>", "the operation that must be possible").choices(purposes).default("apply"),
    )
    .option("--strict", "treat warnings as problems")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit codes: 0 no problem, 1 a problem")
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code doctor\n  npx bitbucket-as-code doctor acme --for preview --json`,
    )
    .action(doctor);
}

async function doctor(stack: string | undefined, options: DoctorOptions): Promise<void> {
  const project = findProjectHere();
  const name = stack ?? (project && findCurrentStack(project));
  const config = configOf(name);
  const env: NodeJS.ProcessEnv = readOnlyEnvironment();
  const where = toCredentialSources(env, config);
  const engine = await findEngine({ env });
  const found = lookUpCredentials(where);
  const findings = await runChecks({
    machine: { node: process.versions.node, engine },
    found,
    connect: () => createClientFrom(env, config),
    stack: name === undefined ? undefined : await stackOf(name),
    workspace: workspaceBeside(found.profile, () => env.BITBUCKET_WORKSPACE || config("bitbucket:workspace")),
    purpose: options.for,
    now: Date.now,
  });
  const bad = options.strict ? ["problem", "warning"] : ["problem"];
  const problems = findings.filter(({ status }) => bad.includes(status));
  if (problems.length > 0) process.exitCode = 1;
  if (options.json) printOutput("doctor", { findings });
  else process.stdout.write(textOf(findings, problems.length));
}

async function stackOf(name: string): Promise<DoctorInput["stack"]> {
  return { ...(await loadStack(stackFile(name), { repositoryFiles: withoutRepositoryFiles })), name };
}

const marks: Readonly<Record<DoctorFinding["status"], string>> = {
  ok: colors.green("✓"),
  note: colors.cyan("i"),
  warning: colors.yellow("!"),
  problem: colors.red("✗"),
};

function textOf(findings: readonly DoctorFinding[], problems: number): string {
  const lines = findings.flatMap(({ status, text, todo = [] }) => [
    `${marks[status]} ${text.replace(/([^.!?])$/, "$1.")}`,
    ...todo.map((step, index) => `    ${todo.length > 1 ? `${index + 1}. ` : "→ "}${step}`),
  ]);
  const end =
    problems === 0
      ? colors.green("All checks passed.")
      : colors.red(`${formatCount(problems, "problem")} found.`);
  return `${[...lines, "", end].join("\n")}\n`;
}
