/** `validate`: checks a stack's YAML without a token, a network or an engine. */
import { Command } from "commander";
import { loadStack } from "../../desired";
import { judgeDeclared, type PolicyDecision, PolicyError } from "../../policy";
import { countOf } from "../shared/count";
import { addExamples } from "../shared/examples";
import { stackFile } from "../shared/project";

export function createValidateCommand(): Command {
  return addExamples(new Command("validate"), [
    "npx bitbucket-as-code validate acme",
    "npx bitbucket-as-code validate stacks/acme.yaml --json",
  ])
    .description("Validate a stack's YAML. Requires no token and no network")
    .argument("[stack]", "the stack's name, or the path of its file", "example")
    .option("--json", "print the result as JSON")
    .action(async (stack: string, options: { json?: boolean }) => {
      const path = stackFile(stack);
      const desired = await loadStack(path);
      const { resources, files } = desired;
      const policies = await judgeDeclared(desired);
      const warnings = [...desired.warnings, ...policies.warnings];
      if (policies.refusals.length > 0)
        throw new PolicyError(policies.refusals, "An apply would stop before the first change.");
      if (options.json) {
        const found = {
          path,
          resources: resources.length,
          files: files.length,
          warnings,
          ...(desired.policies ? { undecidedPolicies: policiesIn(policies) } : {}),
        };
        process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
        return;
      }
      for (const warning of warnings)
        process.stderr.write(
          `${warning.file}:${warning.line}:${warning.column} warning: ${warning.message}\n`,
        );
      process.stdout.write(
        `${path} is valid: ${countOf(resources.length, "resource")} from ${countOf(files.length, "file")}\n`,
      );
      const undecided = policiesIn(policies);
      if (undecided.length > 0)
        process.stdout.write(
          `Only a preview, with the live state and the secrets, decides about: ${undecided.join(", ")}\n`,
        );
    });
}

/** The policies about which the YAML alone does not decide. */
function policiesIn({ pending }: PolicyDecision): readonly string[] {
  return [...new Set(pending.map(({ policy }) => policy.name))].sort();
}
