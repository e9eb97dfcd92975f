/**
 * How much a difference matters: by what it does to who can see, change or run what. It is judged from what should be
 * there to what is there, so that a restriction that was loosened counts for more than one that was tightened.
 */
import type { Values } from "../kinds/kind";
import { type Severity, worst } from "./model";

/** A difference of one field. A value that is not known is undefined. */
interface Difference {
  /** What should be there. */
  readonly expected: unknown;
  /** What is there. */
  readonly live: unknown;
  /** The object's other fields. */
  readonly values: Values;
}

type Rule = Severity | ((difference: Difference) => Severity);

interface Rules {
  /** The object should be there, and is not. */
  readonly missing: Severity | ((values: Values) => Severity);
  /** The object is there, and should not be. */
  readonly extra: Severity | ((values: Values) => Severity);
  /** It has another id. */
  readonly recreated: Severity;
  readonly fields: Readonly<Record<string, Rule>>;
}

/** A truth value whose one side is the dangerous one. */
const when =
  (dangerous: boolean, severity: Severity, otherwise: Severity = "low"): Rule =>
  ({ live }) =>
    live === dangerous ? severity : otherwise;

/** One of several words, from the strictest to the loosest. */
const loosened =
  (words: readonly string[], severity: Severity, otherwise: Severity = "medium"): Rule =>
  ({ expected, live }) =>
    words.indexOf(String(live)) > words.indexOf(String(expected)) ? severity : otherwise;

/** A list of those who are excepted from a rule: one more loosens it. */
const excepted: Rule = ({ expected, live }) => {
  const before = Array.isArray(expected) ? expected : [];
  const after = Array.isArray(live) ? live : [];
  return after.some((one) => !before.includes(one)) ? "critical" : "medium";
};

const url: Rule = ({ expected, live }) => {
  if (typeof expected !== "string" || typeof live !== "string") return "high";
  if (!URL.canParse(expected) || !URL.canParse(live)) return "critical";
  const [before, after] = [new URL(expected), new URL(live)];
  if (before.host !== after.host) return "critical";
  return before.protocol === "https:" && after.protocol !== "https:" ? "critical" : "high";
};

const levels = ["none", "read", "write", "create-repo", "admin"];

const granted = (values: Values): Severity => (values.permission === "admin" ? "critical" : "high");

const permission: Rules = {
  missing: "medium",
  extra: granted,
  recreated: "low",
  fields: {
    permission: ({ expected, live }) => {
      if (levels.indexOf(String(live)) <= levels.indexOf(String(expected))) return "medium";
      return live === "admin" ? "critical" : "high";
    },
  },
};

/** The only restriction that allows something. */
const allows = (values: Values): boolean => values.kind === "allow_auto_merge_when_builds_pass";

/** Files that say what builds run and who reviews. */
const sensitiveFile = (path: unknown): boolean =>
  /(^|\/)(bitbucket-pipelines\.yml|CODEOWNERS)$/i.test(String(path));

const logIn: Rules = { missing: "medium", extra: "critical", recreated: "medium", fields: { label: "low" } };

const rules: Readonly<Record<string, Rules>> = {
  Project: {
    missing: "critical",
    extra: "low",
    recreated: "critical",
    fields: { isPrivate: when(false, "critical", "medium"), key: "medium", name: "low", description: "low" },
  },
  Repository: {
    missing: "critical",
    extra: ({ isPrivate }) => (isPrivate === false ? "high" : "low"),
    recreated: "critical",
    fields: {
      isPrivate: when(false, "critical", "medium"),
      forkPolicy: loosened(["no_forks", "no_public_forks", "allow_forks"], "high"),
      // Who may do what, and which branch is restricted and built, follows from these.
      project: "high",
      mainBranch: "high",
      name: "medium",
      slug: "medium",
      pipelinesEnabled: "medium",
    },
  },
  OverrideSettings: {
    missing: "medium",
    extra: "medium",
    recreated: "low",
    fields: {
      branchRestrictions: when(true, "critical", "medium"),
      defaultMergeStrategy: "medium",
      branchingModel: "medium",
    },
  },
  PipelinesConfig: { missing: "medium", extra: "low", recreated: "low", fields: { enabled: "medium" } },
  DeploymentEnvironment: {
    missing: "high",
    extra: "low",
    recreated: "high",
    fields: { adminOnly: when(false, "critical", "medium"), type: "high", name: "medium" },
  },
  ProjectUserPermission: permission,
  ProjectGroupPermission: permission,
  RepositoryUserPermission: permission,
  RepositoryGroupPermission: permission,
  Branch: { missing: "high", extra: "low", recreated: "low", fields: {} },
  Tag: { missing: "high", extra: "low", recreated: "high", fields: { target: "high" } },
  RepositoryFile: {
    missing: ({ path }) => (sensitiveFile(path) ? "high" : "medium"),
    extra: "low",
    recreated: "low",
    fields: { content: ({ values }) => (sensitiveFile(values.path) ? "high" : "medium") },
  },
  // Others fetch and run it.
  Download: { missing: "medium", extra: "low", recreated: "high", fields: { file: "high" } },
  BranchingModel: {
    missing: "medium",
    extra: "low",
    recreated: "low",
    fields: { development: "medium", production: "high", branchTypes: "medium" },
  },
  BranchRestriction: {
    missing: (values) => (allows(values) ? "low" : "critical"),
    extra: (values) => (allows(values) ? "high" : "medium"),
    recreated: "low",
    fields: {
      kind: "critical",
      // Other branches than before are protected: those before are not.
      pattern: "critical",
      branchType: "critical",
      value: ({ expected, live }) => (Number(live ?? 0) < Number(expected ?? 0) ? "critical" : "medium"),
      users: excepted,
      groups: excepted,
    },
  },
  DefaultReviewer: { missing: "medium", extra: "low", recreated: "low", fields: {} },
  Webhook: {
    missing: "medium",
    // It sends what happens in the repository to somebody.
    extra: "high",
    recreated: "medium",
    fields: {
      url,
      secret: "high",
      skipCertVerification: when(true, "critical"),
      active: "medium",
      events: "medium",
    },
  },
  DeployKey: logIn,
  SshKey: logIn,
  GpgKey: logIn,
  PipelineVariable: {
    missing: "medium",
    extra: "medium",
    // Its value may be any other.
    recreated: "high",
    fields: { secured: when(false, "critical", "medium"), value: "medium", key: "medium" },
  },
  PipelineSchedule: {
    missing: "medium",
    extra: "medium",
    recreated: "low",
    fields: { enabled: "medium", branch: "medium", selector: "medium", cronPattern: "medium" },
  },
  PipelineSshKeyPair: {
    missing: "high",
    extra: "high",
    recreated: "high",
    fields: { publicKey: "critical", privateKey: "critical" },
  },
  // Builds log in to whoever has the key.
  PipelineKnownHost: {
    missing: "medium",
    extra: "high",
    recreated: "medium",
    fields: { hostname: "high", publicKey: "critical" },
  },
  // A runner gets the code and the secrets of the builds that it takes.
  Runner: {
    missing: "medium",
    extra: "critical",
    recreated: "critical",
    fields: { labels: "high", name: "medium" },
  },
};

/** A kind that this table does not know. */
const unknownKind: Rules = { missing: "medium", extra: "medium", recreated: "medium", fields: {} };

const rulesOf = (kind: string): Rules => rules[kind] ?? unknownKind;

/** The names of the kinds that have rules of their own. */
export const judgedKinds: readonly string[] = Object.keys(rules);

/** @param values The object's values, as it should be. */
export function severityOfField(
  kind: string,
  field: string,
  expected: unknown,
  live: unknown,
  values: Values,
): Severity {
  const rule = rulesOf(kind).fields[field] ?? "low";
  return typeof rule === "string" ? rule : rule({ expected, live, values });
}

export function severityOfMissing(kind: string, values: Values): Severity {
  return judged(rulesOf(kind).missing, values);
}

/** What was never there matters for what it would protect, and otherwise little. */
export function severityOfUncreated(kind: string, values: Values): Severity {
  const severity = severityOfMissing(kind, values);
  return kind === "BranchRestriction" ? severity : "low";
}

export function severityOfExtra(kind: string, values: Values): Severity {
  return judged(rulesOf(kind).extra, values);
}

export function severityOfRecreated(kind: string, fields: readonly Severity[]): Severity {
  return worst([...fields, rulesOf(kind).recreated]);
}

function judged(severity: Severity | ((values: Values) => Severity), values: Values): Severity {
  return typeof severity === "string" ? severity : severity(values);
}
