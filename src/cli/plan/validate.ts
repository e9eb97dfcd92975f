/** `validate`: checks a stack's YAML without a token, a network or an engine. */
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { type DesiredStack, DesiredStateError, grantsOf, loadStack, toShownPath } from "../../desired";
import { formatCount } from "../../errors/count";
import { judgeDeclared, type PolicyDecision, PolicyError } from "../../policy";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { stackFile, UsageError } from "../shared/project";

interface ValidateOptions {
  readonly teamFile?: string;
  readonly json?: boolean;
}

export function createValidateCommand(): Command {
  return addExamples(new Command("validate"), [
    "npx bitbucket-as-code validate acme",
    "npx bitbucket-as-code validate stacks/acme.yaml --json",
    "npx bitbucket-as-code validate acme --team-file teams/payments.yaml",
  ])
    .description("Validate a stack's YAML. Requires no token and no network")
    .argument("[stack]", "the stack's name, or the path of its file", "example")
    .option("--team-file <file>", "report only problems that concern this team file")
    .option("--json", "print the result as JSON")
    .action(async (stack: string, options: ValidateOptions) => {
      const path = stackFile(stack);
      const file = options.teamFile === undefined ? undefined : shownName(path, options.teamFile);
      const desired = await load(path, file);
      const { resources, files } = desired;
      const team = file === undefined ? undefined : describeTeamFile(desired, file, path);
      const policies = await judgeDeclared(desired);
      const isAsked = (problem: { readonly file: string }) => file === undefined || problem.file === file;
      const warnings = [...desired.warnings, ...policies.warnings].filter(isAsked);
      const refusals = policies.refusals.filter(isAsked);
      if (refusals.length > 0)
        throw new PolicyError(refusals, "An apply would stop before the first change.");
      if (options.json) {
        printOutput("validate", {
          path,
          resources: resources.length,
          files: files.length,
          warnings,
          ...(team === undefined ? {} : { team }),
          ...(desired.policies ? { undecidedPolicies: policiesIn(policies) } : {}),
        });
        return;
      }
      for (const warning of warnings)
        process.stderr.write(
          `${warning.file}:${warning.line}:${warning.column} warning: ${warning.message}\n`,
        );
      process.stdout.write(
        team === undefined
          ? `${path} is valid: ${formatCount(resources.length, "resource")} from ${formatCount(files.length, "file")}\n`
          : `${team.file} is valid: it sets ${formatCount(team.properties, "property", "properties")} of ${formatCount(team.repositories, "repository", "repositories")}, by ${team.rules.map((rule) => `the rule "${rule}"`).join(" and ")}\n`,
      );
      const undecided = policiesIn(policies);
      if (undecided.length > 0)
        process.stdout.write(
          `Only a preview, with the live state and the secrets, decides about: ${undecided.join(", ")}\n`,
        );
    });
}

/** The name of a file in messages about a stack. */
function shownName(stack: string, file: string): string {
  return toShownPath(dirname(dirname(resolve(stack))), resolve(file));
}

/** @throws {DesiredStateError} with the problems in the team's file alone, if there are some. */
async function load(path: string, file: string | undefined): Promise<DesiredStack> {
  try {
    return await loadStack(path);
  } catch (error) {
    if (!(error instanceof DesiredStateError) || file === undefined) throw error;
    const own = error.diagnostics.filter((problem) => problem.file === file);
    throw own.length > 0 ? new DesiredStateError(own) : error;
  }
}

interface TeamFileSummary {
  readonly file: string;
  readonly rules: readonly string[];
  readonly repositories: number;
  readonly properties: number;
}

function describeTeamFile(stack: DesiredStack, file: string, path: string): TeamFileSummary {
  const found = stack.delegation?.files.find(({ name }) => name === file);
  if (!found)
    throw new UsageError(
      `No rule of "delegation" in ${path} names ${file}, so that it has no effect. Add one, or check the path.`,
    );
  const properties = stack.resources
    .flatMap((resource) => [...grantsOf(stack, resource).values()])
    .filter(({ position }) => position.file === file);
  return {
    file,
    rules: found.rules.map(({ name }) => name),
    repositories: found.repositories.size,
    properties: properties.length,
  };
}

/** The policies about which the YAML alone does not decide. */
function policiesIn({ pending }: PolicyDecision): readonly string[] {
  return [...new Set(pending.map(({ policy }) => policy.name))].sort();
}
