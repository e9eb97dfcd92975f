/** The checks of the audit as a CrossGuard policy pack, for Pulumi programs in any language. */
import type { PolicyPack, StackValidationPolicy } from "@pulumi/policy";
import picomatch from "picomatch";
import { checkNamed, checks } from "../audit/checks";
import { parametersOf } from "../audit/checks/shared/parameters";
import type { Part } from "../audit/checks/shared/views";
import { formatIssue, UserError } from "../errors";
import { toCanonicalUuid } from "../kinds/uuid";
import { suggestWord } from "../model/suggest";
import { formatSubject } from "../policy/finding";
import { judge } from "../policy/judge";
import { type ProgramObject, type ProgramResource, toProgramObjects } from "./objects";

/** Mandatory: an update fails. Advisory: it is a warning. */
export type PackLevel = "mandatory" | "advisory";

/** How a check is enforced. */
export interface PackPolicy {
  /** Default: `mandatory`. */
  readonly level?: PackLevel;
  /** The check's id, if the policy has another name. */
  readonly check?: string;
  /** What the check is held to: docs/how-to/policies.md lists the parameters. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Slugs of repositories, as globs. Default: all, and what is in none. */
  readonly repositories?: readonly string[];
}

/** Policies by name. The id of a check is that check. */
export type PackPolicies = Readonly<Record<string, PackLevel | PackPolicy>>;

/** What no program declares. */
const liveParts: readonly Part[] = ["deployKeys", "members", "commits"];

/**
 * Creates a policy pack of checks. Call it once, in the main file of a folder with a `PulumiPolicy.yaml`.
 *
 * @param name The pack's name.
 * @throws {UserError} for an unknown check, a check of live data, or wrong parameters.
 */
export function createPolicyPack(name: string, policies: PackPolicies): PolicyPack {
  const { PolicyPack: Pack } = loadPolicySdk();
  return new Pack(name, { policies: checkPolicies(policies) });
}

/**
 * Returns the checks as policies, to put into a pack beside others.
 *
 * @throws {UserError} for an unknown check, a check of live data, or wrong parameters.
 */
export function checkPolicies(policies: PackPolicies): StackValidationPolicy[] {
  return Object.entries(policies).map(([name, given]) =>
    toPolicy(name, typeof given === "string" ? { level: given } : given),
  );
}

function loadPolicySdk(): typeof import("@pulumi/policy") {
  try {
    return require("@pulumi/policy") as typeof import("@pulumi/policy");
  } catch {
    throw new UserError("A policy pack needs the package @pulumi/policy: npm install @pulumi/policy");
  }
}

function toPolicy(
  name: string,
  { level = "mandatory", check: id = name, ...given }: PackPolicy,
): StackValidationPolicy {
  if (level !== "mandatory" && level !== "advisory")
    throw new UserError(`The level of the policy "${name}" must be mandatory or advisory.`);
  const check = findCheck(id);
  const values = readParameters(id, given.parameters);
  const isRepository = given.repositories && picomatch([...given.repositories], { nocase: true });
  const position = { file: "", line: 0, column: 0, path: "" };
  const { title, fix, severity } = check;
  return {
    name,
    description: `${title}.`,
    enforcementLevel: level,
    severity,
    remediationSteps: fix,
    async validateStack({ resources }, report) {
      const findings = await judge(
        [
          {
            name,
            level,
            states: new Set(["desired"]),
            test: { check, values },
            kinds: new Set(),
            isRepository,
            position,
          },
        ],
        {
          state: "desired",
          workspace: "",
          objects: toProgramObjects(resources as readonly ProgramResource[]),
          unreadable: [],
          members: new Map(),
          deployKeys: new Map(),
          lastCommits: new Map(),
          now: new Date(),
          userUuid: async (user) => toCanonicalUuid(user),
        },
      );
      for (const finding of findings) {
        const { verdict, reason, message } = finding;
        const object = finding.object as ProgramObject | undefined;
        // An update knows what a preview does not. Of what the program does not declare, it says nothing.
        if (verdict === "undecided" && (reason === "lookup" || object?.isAssumed)) continue;
        const said = `${formatSubject(finding)} ${message}`;
        report(verdict === "violated" ? `${said}. ${fix}` : `Cannot be decided: ${said}.`, object?.urn);
      }
    },
  };
}

/** A check that needs no live data: a program declares none. */
function findCheck(id: string): NonNullable<ReturnType<typeof checkNamed>> {
  const check = checkNamed(id);
  if (!check) {
    const meant = suggestWord(
      id,
      checks.map((one) => one.id),
    );
    throw new UserError(
      `There is no check "${id}": see docs/reference/audit-checks.md.${meant === undefined ? "" : ` Did you mean "${meant}"?`}`,
    );
  }
  const live = check.needs.find((part) => liveParts.includes(part));
  if (live !== undefined)
    throw new UserError(
      `The check "${id}" looks at live data, which no program declares: use it in "policies:" of YAML, or in an audit.`,
    );
  return check;
}

function readParameters(id: string, given: PackPolicy["parameters"]) {
  const known = parametersOf(id);
  if (!known) {
    if (given !== undefined) throw new UserError(`The check "${id}" has no parameters.`);
    return {};
  }
  const parsed = known.schema.safeParse(given ?? {});
  if (parsed.success) return known.toSettings(given ?? {});
  const [issue] = parsed.error.issues;
  throw new UserError(
    `The parameters of the check "${id}": ${issue?.path.join(".")} ${issue ? formatIssue(issue) : "are wrong"}.`,
  );
}
