/** What is not managed, as findings: see src/unmanaged for how it is found. */
import { rootOf } from "../desired";
import { fieldsWith, secretFieldsOf } from "../kinds/kind";
import type { Unreadable } from "../live";
import { digestOf } from "../model/canonical";
import { linkTo } from "../model/settingsPage";
import { severityOfExtra } from "../model/severity";
import { type Discovery, nameOf, type Unmanaged } from "../unmanaged";
import type { Finding } from "./model";
import { shown } from "./shown";

export function strangersOf({ objects, unreadable }: Discovery, workspace: string): Finding[] {
  const kinds = new Map<string, Unreadable[]>();
  for (const one of unreadable) kinds.set(one.kind.name, [...(kinds.get(one.kind.name) ?? []), one]);
  return [
    ...objects.map((one) => stranger(one, workspace)),
    ...[...kinds.values()].map((all) => unread(all)).filter((finding) => finding !== undefined),
  ];
}

function stranger(one: Unmanaged, workspace: string): Finding {
  const { kind, found, policy, owner } = one;
  const name = nameOf(one);
  // Nobody said of a variable that is not managed whether its value may be shown.
  const secret = new Set([...secretFieldsOf(kind, found.args), ...fieldsWith(kind, "secret")]);
  const fields = Object.keys(kind.args.shape)
    .filter((field) => found.args[field] !== undefined)
    .map((field) => ({
      field,
      live: shown(found.args[field], secret.has(field)),
      secret: secret.has(field),
      severity: "low" as const,
    }));
  const root = owner && rootOf(owner);
  const repository = root?.kind.provides === "repository" ? root.name : one.repository;
  const note =
    policy === "fail"
      ? 'YAML says "unmanaged: fail" for it: previews and applies stop until it is gone or declared.'
      : undefined;
  return {
    id: digestOf(["unmanaged", kind.name, one.at, found.id]).slice(0, 12),
    fingerprint: digestOf(["unmanaged", kind.name, name, fields]),
    case: "unmanaged",
    severity: severityOfExtra(kind, found.args),
    kind: kind.name,
    title: kind.title,
    name,
    ...(one.project === undefined ? {} : { project: one.project }),
    ...(repository === undefined ? {} : { repository }),
    ...(policy === "remove" ? { operation: "delete" as const } : {}),
    fields,
    ...(note === undefined ? {} : { note }),
    link: linkTo(
      kind,
      { workspace, project: one.project, repository: one.repository },
      { ...found.args, environment: one.environment },
    ),
  };
}

/** Where it could not be looked for: one finding for a kind, however many places there are. */
function unread(all: readonly Unreadable[]): Finding | undefined {
  const [first] = all;
  if (!first) return undefined;
  const { kind, reason } = first;
  const name = `not managed, in ${all.length} ${all.length === 1 ? "place" : "places"}`;
  return {
    id: digestOf(["unreadable", "unmanaged", kind.name]).slice(0, 12),
    fingerprint: digestOf(["unreadable", "unmanaged", kind.name, reason]),
    case: "unreadable",
    severity: "medium",
    kind: kind.name,
    title: kind.title,
    name,
    fields: [],
    note: reason,
  };
}
