/** `doctor`: checks whether everything is ready for a run, and says how to fix what is not. */

import { Command, Option } from "commander";
import colors from "picocolors";
import { lookUpCredentials, workspaceBeside } from "../../credentials";
import { loadStack, locateStack, withoutRepositoryFiles } from "../../desired";
import { type DoctorFinding, type DoctorInput, runChecks } from "../../doctor";
import { readOnlyEnvironment } from "../../environment";
import { UserError } from "../../errors";
import { formatCount } from "../../errors/count";
import { nativePrefix } from "../../model/typeToken";
import { type Purpose, purposes } from "../../plan";
import { createClientFrom } from "../../provider/clientFrom";
import { type ConfigLookup, toCredentialSources } from "../../provider/configLookup";
import { frontEndOf } from "../../provider/declaredProvider";
import { findEngine } from "../../pulumi/binary";
import { runtimeOf } from "../../pulumi/project";
import { readStateEntries } from "../../pulumi/state";
import { parseUrn } from "../../pulumi/urn";
import { Stacks } from "../../run";
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
    plugin: project && name !== undefined ? await pluginUseOf(project.root, name, config, env) : undefined,
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

async function pluginUseOf(
  root: string,
  stack: string,
  config: ConfigLookup,
  env: NodeJS.ProcessEnv,
): Promise<DoctorInput["plugin"]> {
  const reason =
    frontEndOf(runtimeOf(root), config) === "native"
      ? "the project uses the native provider"
      : await findNativeResource(root, stack);
  return { root, reason, env };
}

/** Says which resource of a stack's state is the native provider's. Undefined also where the state is in no file of this machine. */
async function findNativeResource(root: string, stack: string): Promise<string | undefined> {
  const { stack: base, shard } = locateStack(root, stack);
  const stacks = new Stacks(root, base, {}, () => Promise.reject(new UserError("Doctor runs no engine.")));
  try {
    const entries = readStateEntries(await stacks.readState(shard));
    const native = entries.find(({ urn }) => parseUrn(urn).type.startsWith(nativePrefix));
    return (
      native && `the state of ${stack} holds ${parseUrn(native.urn).name}, which the native provider manages`
    );
  } catch {
    // What is wrong with the state is told by what needs it.
    return undefined;
  }
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
