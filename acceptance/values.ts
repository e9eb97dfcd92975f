/**
 * The values with which a run creates and changes live objects of each kind: those of the conformance suite,
 * with names that contain the run's token, real keys, and the workspace's members and groups.
 */
import type { Kind, ParentName, Properties } from "../src/kinds/kind";
import { type Sample, type SampleWorld, sampleOf } from "../test/kinds/samples/sample";
import { gpgPublicKey, sshKeyPair, sshPublicKey } from "./keys";
import type { Names } from "./names";

/** The people and groups of the workspace that a run may refer to. */
export interface People {
  /** The UUID of the credential's own user, if it has one. */
  readonly self: string | undefined;
  /** The UUID of another member, whose permissions in the run's own repositories may be set. */
  readonly member: string | undefined;
  /** The slug of a group, for the same purpose. */
  readonly group: string | undefined;
}

export interface CaseValues {
  readonly args: Properties;
  /** Another value for each field that changes in place. */
  readonly changes: Properties;
  /** The differences of a second creation: a deleted key can stay reserved for 30 days. */
  readonly again: Properties;
  /** Fields that depend on each other and only change together. */
  readonly together: readonly string[];
  /** Another live object of the kind, for fields that do not apply to the first one. */
  readonly further?:
    | { readonly name: string; readonly args: Properties; readonly changes: Properties }
    | undefined;
}

/** The reason why the run cannot do this with its input. */
export interface Impossible {
  readonly reason: string;
}

interface ValueContext {
  readonly names: Names;
  readonly people: People;
  readonly project: string;
  readonly otherProject: string;
  readonly base: { readonly args: Properties; readonly changes: Properties };
}

type Adapt = (context: ValueContext) => Partial<CaseValues> | Impossible;

const needsMember: Impossible = { reason: "needs another member of the workspace: --user" };
const needsGroup: Impossible = { reason: "needs a group of the workspace: --group" };

/** Events of the issue tracker, which the service removed in August 2026. */
function withoutIssues(events: unknown): unknown {
  return Array.isArray(events) ? events.filter((event) => !String(event).startsWith("issue:")) : events;
}

const member: Adapt = ({ people, base }) =>
  people.member === undefined ? needsMember : { args: { ...base.args, user: people.member } };
const group: Adapt = ({ people, base }) =>
  people.group === undefined ? needsGroup : { args: { ...base.args, group: people.group } };

const adaptations: Readonly<Record<string, Adapt>> = {
  Project: ({ names, base }) => ({
    args: { ...base.args, key: names.key("A"), name: names.text("project") },
    changes: { ...base.changes, key: names.key("B"), name: names.text("other project") },
  }),
  Repository({ names, project, otherProject, base }) {
    // Whether issues and wikis can still be turned on is the subject of a probe.
    const { hasIssues: _issues, hasWiki: _wiki, ...changes } = base.changes;
    const slug = "slug" in changes ? { slug: names.text("other-sample") } : {};
    return {
      // A public repository accepts no other policy.
      args: { ...base.args, name: names.text("sample"), project, forkPolicy: "allow_forks" },
      changes: {
        ...changes,
        ...slug,
        name: names.text("other-sample"),
        project: otherProject,
        forkPolicy: "no_forks",
        archiveProject: otherProject,
      },
    };
  },
  Webhook: ({ names, base }) => ({
    args: {
      ...base.args,
      url: names.url("hook"),
      description: names.text("hook"),
      events: withoutIssues(base.args.events),
    },
    changes: {
      ...base.changes,
      url: names.url("other/"),
      description: names.text("other hook"),
      events: withoutIssues(base.changes.events),
    },
  }),
  PipelineVariable: ({ names, base }) => ({
    args: { ...base.args, key: names.key("A") },
    changes: { ...base.changes, key: names.key("B") },
  }),
  Download: ({ names, base }) => ({ args: { ...base.args, name: `${names.text("download")}.bin` } }),
  Runner: ({ names, base }) => ({
    args: { ...base.args, name: names.text("runner") },
    changes: { ...base.changes, name: names.text("other-runner") },
  }),
  SshKey: ({ names, base }) => ({
    args: { ...base.args, key: sshPublicKey(), label: names.text("key") },
    changes: { ...base.changes, label: names.text("other-key") },
    again: { key: sshPublicKey() },
  }),
  GpgKey: ({ names, base }) => ({
    args: {
      ...base.args,
      key: gpgPublicKey(`${names.text("key")} <acceptance@example.com>`),
      name: names.text("key"),
    },
    again: { key: gpgPublicKey(`${names.text("key")} <acceptance@example.com>`) },
  }),
  DeployKey: ({ base }) => ({
    args: { ...base.args, key: `${sshPublicKey()} somebody@somewhere` },
    again: { key: sshPublicKey() },
  }),
  PipelineSshKeyPair: ({ base }) => ({
    args: { ...base.args, ...sshKeyPair() },
    changes: { ...base.changes, ...sshKeyPair() },
    together: ["privateKey", "publicKey"],
  }),
  PipelineKnownHost: ({ base }) => ({
    args: { ...base.args, publicKey: sshPublicKey() },
    changes: { ...base.changes, publicKey: sshPublicKey() },
  }),
  DefaultReviewer: ({ people, base }) =>
    (people.member ?? people.self) === undefined
      ? needsMember
      : { args: { ...base.args, user: people.member ?? people.self } },
  BranchRestriction({ people, base }) {
    const { users: _users, groups: _groups, ...changes } = base.changes;
    const { groups: _, ...args } = base.args;
    const users = people.self === undefined ? [] : [people.self];
    return {
      args: { ...args, ...(people.group === undefined ? {} : { groups: [people.group] }) },
      changes: {
        ...changes,
        ...(users.length > 0 ? { users } : {}),
        ...(people.group === undefined ? {} : { groups: [] }),
      },
      further: {
        name: "one that counts",
        args: { kind: "require_approvals_to_merge", branchType: "production", value: 2 },
        changes: { value: 3, branchType: "development" },
      },
    };
  },
  ProjectUserPermission: member,
  RepositoryUserPermission: member,
  ProjectGroupPermission: group,
  RepositoryGroupPermission: group,
};

/** The values of one kind below one parent. */
export function valuesOf(
  kind: Kind,
  parent: ParentName,
  place: Properties,
  world: SampleWorld,
  context: Omit<ValueContext, "base">,
): CaseValues | Impossible {
  const sample: Sample = sampleOf(kind);
  const base = {
    args: sample.args(0, world, place),
    changes: { ...sample.changes, ...sample.at?.[parent]?.changes },
  };
  const adapted = adaptations[kind.name]?.({ ...context, base }) ?? {};
  if ("reason" in adapted) return adapted;
  return { ...base, again: {}, together: [], ...adapted };
}
