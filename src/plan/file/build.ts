/** Making a plan from what a preview of all shards has found. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { z } from "zod";
import {
  contentsOfRepositoryFiles,
  type DesiredResource,
  type DesiredStack,
  isSecretReference,
  keyOf,
  type Position,
  readYaml,
  resolveSecrets,
  type SecretContext,
} from "../../desired";
import { maskedSecret } from "../../errors";
import { formatCount } from "../../errors/count";
import { type Properties, secretFieldsOf } from "../../kinds/kind";
import { canonicalJson } from "../../model/canonical";
import { locationFields } from "../../model/location";
import type { ResourceChange, RunOutcome } from "../../run";
import { type PlanBody, type PlannedChange, planFormat } from "./format";
import type { PlanSigner } from "./signature";

interface PlanParts {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly stack: string;
  /** The stack whose configuration counts: the one that is split. */
  readonly config: string;
  readonly tool: string;
  readonly desired: DesiredStack;
  readonly preview: RunOutcome;
  readonly server: PlanBody["server"];
  /** Keyed digests of the secrets. */
  readonly secrets: Readonly<Record<string, string>> | undefined;
  readonly only?: readonly string[] | undefined;
  readonly now?: Date;
}

export function buildPlan(parts: PlanParts): PlanBody {
  const { root, stack, config, tool, desired, preview, server, secrets, only, now = new Date() } = parts;
  const byKey = new Map(desired.resources.map((resource) => [keyOf(resource), resource]));
  return {
    format: planFormat,
    tool,
    stack,
    workspace: desired.workspace,
    server,
    createdAt: now.toISOString(),
    sources: sourcesOf(root, config, desired),
    ...(only === undefined ? {} : { only: [...only].sort() }),
    changes: preview.shards.flatMap((shard) =>
      shard.changes.map((change) => plannedChange(shard.stack, change, byKey.get(keyIn(change)))),
    ),
    unchanged: preview.shards.reduce((sum, { unchanged }) => sum + unchanged, 0),
    moves: preview.moves.map(({ root: name, from, to }) => ({ name, from, to })),
    live: Object.assign({}, ...preview.shards.map(({ live }) => live)),
    ...(secrets === undefined ? {} : { secrets: { ...secrets } }),
  };
}

/**
 * Digests of all that says what is wanted, by the names of the files.
 *
 * @param stack The one whose configuration counts.
 */
export function sourcesOf(
  root: string,
  stack: string,
  desired: Pick<DesiredStack, "files" | "delegation">,
): Record<string, string> {
  const files = desired.files.map((path) => [
    relative(root, path).split(sep).join("/"),
    hashValue(readFileSync(path)),
  ]);
  const inRepositories = [...contentsOfRepositoryFiles(desired)].map(([name, text]) => [
    name,
    hashValue(text),
  ]);
  const config = join(root, `Pulumi.${stack}.yaml`);
  const values = existsSync(config)
    ? (readYaml(z.object({ config: z.unknown() }).partial().nullish(), config)?.config ?? {})
    : {};
  return Object.fromEntries([
    ...files,
    ...inRepositories,
    [basename(config), hashValue(canonicalJson(values))],
  ]);
}

/**
 * Keyed digests of the secrets of a stack, by `PipelineVariable api:TOKEN value`; undefined without a key.
 *
 * @throws {DesiredStateError} where a secret cannot be had.
 */
export async function hashSecrets(
  desired: DesiredStack,
  context: SecretContext,
  signer: PlanSigner,
): Promise<Record<string, string> | undefined> {
  if (signer.hashSecret("", "") === undefined) return undefined;
  const values = await resolveSecrets(desired, context);
  const digests: Record<string, string> = {};
  for (const resource of desired.resources) {
    for (const [path, reference] of referencesAt(resource.args)) {
      const field = `${keyOf(resource)} ${path}`;
      const value = signer.hashSecret(field, values.get(reference) ?? "");
      if (value !== undefined) digests[field] = value;
    }
  }
  return digests;
}

function referencesAt(value: unknown, path: readonly string[] = []): [path: string, reference: unknown][] {
  if (isSecretReference(value)) return [[path.join("."), value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => referencesAt(held, [...path, name]));
}

function plannedChange(
  stack: string,
  change: ResourceChange,
  resource: DesiredResource | undefined,
): PlannedChange {
  const { operation, kind, name } = change;
  const names =
    operation === "update" || operation === "replace"
      ? findDifferences(change)
      : findWritten(change, resource);
  const fields = names.map((field) => {
    const hidden = isHidden(field, change, resource);
    const [old, wanted] = [change.before?.[field], change.after?.[field] ?? resource?.args[field]];
    return {
      field,
      ...(old === undefined || operation === "create" || operation === "adopt"
        ? {}
        : { old: hidden ? maskedSecret : maskValue(old) }),
      ...(wanted === undefined || operation === "delete"
        ? {}
        : { new: hidden ? maskedSecret : maskValue(wanted) }),
    };
  });
  const position = resource && placeOf(resource, names);
  const recreated = change.wasDeleted ? { wasDeleted: change.wasDeleted } : {};
  return { stack, operation, kind, name, fields, ...recreated, ...(position ? { position } : {}) };
}

function findDifferences({ fields, before = {}, after = {} }: ResourceChange): string[] {
  if (fields.length > 0) return [...fields];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => canonicalJson(before[field] ?? null) !== canonicalJson(after[field] ?? null),
  );
}

/** Of what is made or deleted, the fields that say something: not where it lives. */
function findWritten({ before, after }: ResourceChange, resource: DesiredResource | undefined): string[] {
  const held: Properties = after ?? before ?? {};
  const places: readonly string[] = resource
    ? locationFields(resource.kind)
    : ["workspace", "project", "repository", "environment", "account"];
  const fields = resource ? Object.keys(resource.args) : Object.keys(held);
  return fields.filter((field) => resource?.kind.args.shape[field] !== undefined || !places.includes(field));
}

function isHidden(
  field: string,
  { before, after }: ResourceChange,
  resource: DesiredResource | undefined,
): boolean {
  if (resource) {
    const secret = secretFieldsOf(resource.kind, resource.args).includes(field);
    if (secret || referencesAt(resource.args[field]).length > 0) return true;
  }
  return [before?.[field], after?.[field]].some((value) =>
    canonicalJson(value ?? null).includes(maskedSecret),
  );
}

/** A long text, of a file say, is shortened: a plan is to be read. */
function maskValue(value: unknown): unknown {
  if (typeof value === "string" && value.length > maxLength)
    return `${value.slice(0, maxLength)}… (${formatCount(value.length, "character")}, sha256 ${hashValue(value).slice(0, 12)})`;
  return value;
}

const maxLength = 500;

/** The line of the first field that changes, or of the resource. */
function placeOf(resource: DesiredResource, fields: readonly string[]): Position {
  const [field] = fields.filter((one) => resource.args[one] !== undefined);
  const { file, line, column, path } = field === undefined ? resource.position : resource.positionOf([field]);
  return { file, line, column, path };
}

function keyIn({ kind, name }: Pick<ResourceChange, "kind" | "name">): string {
  return `${kind} ${name}`;
}

function hashValue(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
