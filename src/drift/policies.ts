/** The policies of a stack, held against its desired and its live state. */
import { type DesiredResource, type Diagnostic, formatDiagnostic, type StackPolicies } from "../desired";
import type { StateEntry } from "../plan";
import { formatFinding, judgeStack } from "../policy";
import type { PolicyFinding } from "../policy/finding";
import type { CompareOptions } from "./compare";
import type { DesiredValues } from "./desired";
import type { PolicyResult } from "./model";

interface PolicyResults {
  readonly results: PolicyResult[];
  /** A line for each, with its place. */
  readonly warnings: readonly string[];
}

/** @param scope The keys of what is compared, if that is a part of the stack. */
export async function judgePolicies(
  { desired: stack, whole = stack, client, reader }: CompareOptions,
  wanted: ReadonlyMap<DesiredResource, DesiredValues>,
  state: readonly StateEntry[],
  scope: ReadonlySet<string> | undefined,
): Promise<PolicyResults | undefined> {
  const { policies } = whole;
  if (!policies) return undefined;
  const { expired, findings, refusals, warnings, leftOut } = await judgeStack({
    run: "drift",
    whole,
    stack,
    desired: [...wanted].map(([resource, { args }]) => ({ resource, args })),
    state,
    removals: [],
    ofWorkspace: stack.resources.length === whole.resources.length,
    client,
    live: reader,
    scope,
  });
  const results = [
    ...expired.map((one) => toExpired(policies, one)),
    ...findings.map(({ finding, isRefusal }) => toResult(finding, isRefusal)),
  ];
  return {
    results,
    warnings: [
      ...[...refusals, ...warnings].map(formatDiagnostic),
      ...(leftOut === undefined ? [] : [leftOut]),
    ],
  };
}

/** The result for an exception whose last day is over. */
function toExpired(
  { exceptions, rules }: StackPolicies,
  { message, file, line, column }: Diagnostic,
): PolicyResult {
  const exception = exceptions.find(
    ({ position: at }) => at.file === file && at.line === line && at.column === column,
  );
  const rule = rules.find(({ name }) => name === exception?.policy);
  return {
    policy: exception?.policy ?? "",
    level: rule?.level ?? "mandatory",
    verdict: "expired",
    stopsApply: true,
    ...(exception?.project === undefined ? {} : { project: exception.project }),
    ...(exception?.repository === undefined ? {} : { repository: exception.repository }),
    message,
    position: { file, line, column },
  };
}

function toResult(finding: PolicyFinding, stopsApply: boolean): PolicyResult {
  const { policy, verdict, project, repository, resource, position } = finding;
  const { file, line, column } = position;
  return {
    policy: policy.name,
    level: policy.level,
    verdict,
    stopsApply,
    ...(project === undefined ? {} : { project }),
    ...(repository === undefined ? {} : { repository }),
    ...(resource === undefined ? {} : { name: resource }),
    message: formatFinding(finding),
    position: { file, line, column },
  };
}
