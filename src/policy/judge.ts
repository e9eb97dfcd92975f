/** Holds a state against the policies. */
import { buildViews } from "../audit/checks/shared/buildViews";
import { type AuditCheck, findProblems, type Problem } from "../audit/checks/shared/check";
import type { AuditParts } from "../audit/checks/shared/read";
import { type AuditSettings, defaultSettings } from "../audit/checks/shared/settings";
import type { Part, RepositoryView, View } from "../audit/checks/shared/views";
import type { PolicyState, StackPolicy } from "../desired";
import { project, repository } from "../kinds";
import type { SurveyedObject } from "../live";
import type { PolicyFinding } from "./finding";
import { ExpressionError, type ExpressionVariables } from "./language/expression";
import { Unknown, UnknownValueError } from "./language/unknown";
import { askModule, loadPolicyModule, PolicyModuleError, toModuleInput } from "./module";
import type { JudgedObject } from "./objects";
import {
  isSelected,
  type JudgedOwner,
  nameOf,
  repositoryNames,
  rootOf,
  subjectOf,
  typeName,
} from "./subject";

/** A state, whole. */
export interface JudgedState extends Omit<AuditParts, "objects" | "unread"> {
  readonly state: PolicyState;
  readonly objects: readonly JudgedObject[];
  readonly now: Date;
  /** Returns the UUID of a user. @throws {UnknownValueError} if it cannot be looked up here. */
  userUuid(user: string): Promise<string>;
}

export async function judge(
  policies: readonly StackPolicy[],
  judged: JudgedState,
): Promise<readonly PolicyFinding[]> {
  const wanted = policies.filter(({ states }) => states.has(judged.state));
  const judges = new StateJudge(judged);
  const findings: PolicyFinding[] = [];
  for (const policy of wanted) findings.push(...(await judges.judge(policy)));
  return findings;
}

class StateJudge {
  readonly #views: readonly View[];

  constructor(private readonly judged: JudgedState) {
    const { workspace, projects, repositories } = buildViews(judged);
    this.#views = [workspace, ...projects, ...repositories];
  }

  async judge(policy: StackPolicy): Promise<readonly PolicyFinding[]> {
    const { test } = policy;
    return "check" in test
      ? this.#judgeCheck(policy, test.check, test.values)
      : [...(await this.#judgeObjects(policy)), ...this.#unreadOf(policy)];
  }

  async #judgeCheck(
    policy: StackPolicy,
    check: AuditCheck,
    { admins, ...values }: Extract<StackPolicy["test"], { check: AuditCheck }>["values"],
  ): Promise<readonly PolicyFinding[]> {
    let settings: AuditSettings = { ...defaultSettings, ...values, now: this.judged.now };
    let failure: unknown;
    try {
      if (admins)
        settings = {
          ...settings,
          admins: new Set(await Promise.all(admins.map((one) => this.judged.userUuid(one)))),
        };
    } catch (error) {
      failure = error;
    }
    const unreadRoots = this.judged.unreadable.flatMap(({ kind, isRoot, reason }) =>
      isRoot && (kind.parentRole === "project" || kind.parentRole === "repository") && check[kind.parentRole]
        ? this.#attempt(policy, undefined, `a ${kind.title}`, () => {
            throw new UnknownValueError(new Unknown("unread", "all of it", `could not be read: ${reason}`));
          })
        : [],
    );
    const found = this.#views.flatMap((view) => {
      if (check[view.level] === undefined) return [];
      const owner = view.level === "workspace" ? undefined : (view.object as JudgedObject);
      const subject = view.level === "workspace" ? "the workspace" : view.level;
      const findIn = (one: View) =>
        (findProblems(check, one, settings) ?? []).map((problem) =>
          this.#toFinding(policy, check, owner, problem),
        );
      const findings = this.#attempt(policy, owner, subject, () => {
        if (!isSelected(policy, owner)) return [];
        if (failure !== undefined) throw failure;
        const missing = check.needs.find((part) => view.unread.has(part));
        if (missing !== undefined) throw new UnknownValueError(this.#unreadPart(missing));
        return findIn(view);
      });
      const isOpen = findings.some(({ verdict }) => verdict === "undecided") && failure === undefined;
      return isOpen ? [...findings, ...this.#findBesideUnknown(policy, view, owner, findIn)] : findings;
    });
    return [...unreadRoots, ...found];
  }

  /** What is unknown of one object hides nothing that is wrong with another. */
  #findBesideUnknown(
    policy: StackPolicy,
    view: View,
    owner: JudgedOwner,
    findIn: (view: View) => readonly PolicyFinding[],
  ): readonly PolicyFinding[] {
    return (["webhooks", "variables", "environments", "users"] as const).flatMap((list) => {
      return objectsIn(view, list).flatMap((object) => {
        // Its prototype has the rest, which is read only where a check asks for it.
        const alone = Object.create(view, { [list]: { value: [object] } }) as View;
        return this.#attempt(policy, owner, "", () =>
          isSelected(policy, owner) ? findIn(alone).filter((one) => one.object === object) : [],
        ).filter(({ verdict }) => verdict === "violated");
      });
    });
  }

  #unreadPart(part: Part): Unknown {
    const what = partNames[part] ?? part;
    return this.judged.state === "desired"
      ? new Unknown("undeclared", what, "cannot be told from YAML: the live state tells")
      : new Unknown("unread", what, "could not be read");
  }

  #toFinding(policy: StackPolicy, check: AuditCheck, owner: JudgedOwner, problem: Problem): PolicyFinding {
    const object = (problem.object as JudgedObject | undefined) ?? owner;
    return {
      ...this.#placeOf(policy, object, owner),
      verdict: "violated",
      subject: problem.subject,
      message: problem.message,
      fix: check.fix,
    };
  }

  async #judgeObjects(policy: StackPolicy): Promise<readonly PolicyFinding[]> {
    const { test } = policy;
    const findings: PolicyFinding[] = [];
    for (const object of this.judged.objects) {
      if (!policy.kinds.has(object.kind) || object.isAssumed) continue;
      const subject = subjectOf(object);
      try {
        if (!isSelected(policy, object)) continue;
        const problems = await this.#askOwn(test, this.#variablesOf(object));
        const place = this.#placeOf(policy, object, object);
        for (const message of problems) findings.push({ ...place, verdict: "violated", subject, message });
      } catch (error) {
        findings.push(this.#toUndecided(policy, object, subject, error));
      }
    }
    return findings;
  }

  async #askOwn(test: StackPolicy["test"], variables: ExpressionVariables): Promise<readonly string[]> {
    if ("expression" in test)
      return test.expression.evaluate(variables) ? [] : ["is not as the policy requires"];
    if ("file" in test) return askModule(await loadPolicyModule(test.file), toModuleInput(variables));
    return [];
  }

  #variablesOf(object: JudgedObject): ExpressionVariables {
    const root = rootOf(object);
    const own =
      root.kind === repository ? { ...root.values, slug: root.found.outputs.slug ?? root.values.slug } : null;
    return {
      resource: object.kind === repository && own ? own : object.values,
      fields: Object.entries(object.values).flatMap(([field, value]) =>
        value === undefined ||
        (value instanceof Unknown && (value.reason === "undeclared" || value.reason === "afterApply"))
          ? []
          : [field],
      ),
      name: nameOf(object),
      resourceType: typeName(object.kind),
      repository: own,
      project:
        root.kind === project ? root.values.key : root.kind === repository ? (root.values.project ?? "") : "",
      workspace: this.judged.workspace,
    };
  }

  /** Where the credential may not read a kind, nothing is known of what there is. */
  #unreadOf(policy: StackPolicy): readonly PolicyFinding[] {
    return this.judged.unreadable.flatMap(({ kind, owner, reason, field }) => {
      if (!policy.kinds.has(kind)) return [];
      const object = owner as JudgedOwner;
      const what = field === undefined ? `the ${kind.title}s` : `the property "${field}"`;
      const subject = object ? subjectOf(object) : "the workspace";
      return this.#attempt(policy, object, subject, () => {
        if (object && !isSelected(policy, object)) return [];
        throw new UnknownValueError(new Unknown("unread", what, `could not be read: ${reason}`));
      });
    });
  }

  #attempt(
    policy: StackPolicy,
    owner: JudgedOwner,
    subject: string,
    work: () => readonly PolicyFinding[],
  ): readonly PolicyFinding[] {
    try {
      return work();
    } catch (error) {
      return [this.#toUndecided(policy, owner, subject, error)];
    }
  }

  #toUndecided(policy: StackPolicy, object: JudgedOwner, subject: string, error: unknown): PolicyFinding {
    const { test } = policy;
    const place = { ...this.#placeOf(policy, object, object), verdict: "undecided" as const, subject };
    if (error instanceof UnknownValueError) {
      const { reason, what, why } = error.unknown;
      return { ...place, reason, message: `depends on something unknown: ${what} ${why}` };
    }
    const isOwn = error instanceof ExpressionError || error instanceof PolicyModuleError;
    if (!isOwn) throw error;
    const meant =
      error instanceof ExpressionError && error.suggestion !== undefined
        ? `. Did you mean "${error.suggestion}"?`
        : "";
    const which = "expression" in test ? "the expression" : "the file";
    return {
      ...place,
      reason: "error",
      message: `cannot be judged: ${which} ${error.message}${meant}`,
      position: "position" in test ? test.position : policy.position,
    };
  }

  #placeOf(policy: StackPolicy, object: JudgedOwner, owner: JudgedOwner) {
    const root = (object ?? owner) && rootOf((object ?? owner) as JudgedObject);
    const resource = object?.resource ?? owner?.resource;
    const names = root ? repositoryNames(root) : [];
    const key = root && (root.kind === project ? root.values.key : root.values.project);
    return {
      policy,
      state: this.judged.state,
      object: object ?? owner,
      ...(typeof key === "string" ? { project: key } : {}),
      ...(names[0] === undefined ? {} : { repository: names[0] }),
      repositories: names,
      ...(object?.resource ? { resource: object.resource.name } : {}),
      position: resource?.position ?? policy.position,
    };
  }
}

/** The objects of a view. Whether there are any can itself be unknown. */
function objectsIn(
  view: View,
  list: "webhooks" | "variables" | "environments" | "users",
): readonly SurveyedObject[] {
  try {
    return list in view ? (view as RepositoryView)[list] : [];
  } catch (error) {
    if (error instanceof UnknownValueError) return [];
    throw error;
  }
}

const partNames: Readonly<Partial<Record<Part, string>>> = {
  settings: "the settings",
  pipelines: "whether pipelines are enabled",
  branchRestrictions: "the branch restrictions",
  branchingModel: "the branching model",
  users: "the permissions of users",
  groups: "the permissions of groups",
  webhooks: "the webhooks",
  variables: "the variables",
  environments: "the deployment environments",
  deployKeys: "the age and use of deploy keys",
  runners: "the runners",
  commits: "the time of the last commit",
  members: "the list of the workspace's members",
};
