/** An import from beginning to end: survey, YAML, state. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DesiredResource,
  type DesiredStack,
  findStackFile,
  loadStack,
  NoStackFileError,
  referencesIn,
} from "../desired";
import { UserError } from "../errors";
import { fieldMeta, type Kind, type Values } from "../kinds/kind";
import { type LiveReader, type Surveyed, type SurveyProgress, survey } from "../live";
import { namesUsers, withUsers } from "../plan/users";
import type { Stacks } from "../run";
import { chooseFrom, needRepositories, withOwnerKinds, withoutIdleOwners } from "./choose";
import {
  FromTerraform,
  type TerraformChosen,
  type TerraformOutcome,
  type TerraformState,
} from "./fromTerraform";
import { matchesOf } from "./match";
import { inOrder } from "./order";
import { type StateOutcome, writeState } from "./state";
import { ToSupply } from "./tree";
import { argsIn, programOf } from "./typescript";
import { keyOf, labelOf, writeYaml } from "./write";
import { type Declared, type Objects, type WriteOptions, type Written, written } from "./written";

export interface ImportOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly stack: string;
  readonly workspace: string;
  readonly reader: LiveReader;
  readonly stacks: Stacks;
  readonly kinds?: readonly Kind[] | undefined;
  readonly projects?: ((key: string) => boolean) | undefined;
  readonly repositories?: ((slug: string, projectKey?: string) => boolean) | undefined;
  readonly ofWorkspace?: boolean | undefined;
  /** Patterns that have fitted nothing so far: asked once all was read. */
  readonly missed?: (() => readonly string[]) | undefined;
  readonly secrets: WriteOptions["secrets"];
  readonly shards?: Values | undefined;
  /** What a Terraform state manages is taken on, and nothing else. */
  readonly terraform?: TerraformState | undefined;
  /** Writes a TypeScript program into this file instead of YAML. */
  readonly program?: string | undefined;
  /** Shows what would be written, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly onProgress?: ((progress: SurveyProgress) => void) | undefined;
  readonly say?: ((line: string) => void) | undefined;
}

export interface ImportOutcome {
  /** How many objects were found and taken on, and how many of them are new in the YAML. */
  readonly taken: number;
  readonly fresh: number;
  readonly files: readonly string[];
  /** What is there and was not taken on, a line each. */
  readonly notes: readonly string[];
  readonly toSupply: readonly { readonly what: string; readonly secret: ToSupply }[];
  readonly state: StateOutcome;
  /** Where a Terraform state was the source. */
  readonly terraform?: TerraformOutcome | undefined;
}

export async function importWorkspace(options: ImportOptions): Promise<ImportOutcome> {
  const { root, workspace, reader, terraform } = options;
  const existing = options.program === undefined ? stackPlace(root, options.stack) : undefined;
  const before = existing === undefined ? undefined : await loadStack(existing);
  if (before && before.workspace !== workspace)
    throw new UserError(
      `The stack ${options.stack} is for the workspace ${before.workspace}, not ${workspace}. Give another one with --stack.`,
    );
  const source = terraform && (await FromTerraform.read(terraform, reader, workspace));
  const live = await survey(reader, {
    workspace,
    kinds: options.kinds && withOwnerKinds(options.kinds),
    projects: options.projects,
    repositories: options.repositories,
    ofWorkspace: options.ofWorkspace,
    onProgress: options.onProgress,
    ...source?.selection,
  });
  if (!source) needRepositories(live);
  const missed = options.missed?.() ?? [];
  if (missed.length > 0 && live.objects.length === 0)
    throw new UserError(
      `Nothing in the workspace ${workspace} fits ${missed.join(" or ")}. Nothing was written.`,
    );
  const all = chooseFrom(live);
  const managed = await source?.choose(live, all.skipped);
  const wanted = managed ?? all;
  const chosen = {
    objects: inOrder(options.kinds ? withoutIdleOwners(wanted.objects, options.kinds) : wanted.objects),
    notes: wanted.notes,
  };
  const secrets = managed?.secrets;
  const resolve = resolver(reader, workspace);
  const declared = before
    ? declaredIn(before, matchesOf(before.resources, chosen.objects, await resolve(before)))
    : nothingDeclared;
  const objects = written(chosen.objects, { secrets: options.secrets, declared });
  const notes = [
    ...missed.map((pattern) => `${pattern}: fits nothing in the workspace`),
    ...chosen.notes,
    ...objects.leftOut.map(leftOutNote),
  ];
  const told = {
    notes,
    toSupply: toSupplyIn(objects.written, (live, field) => secrets?.get(live)?.[field] === undefined),
    ...(source && managed ? { terraform: terraformOutcome(source, managed, objects) } : {}),
  };
  if (options.program !== undefined)
    return {
      ...(await intoProgram(options, options.program, objects, {
        remarks: notes,
        users: await userNames(objects, reader, workspace),
        secrets,
      })),
      ...told,
    };
  const output = await writeYaml({
    root,
    stack: options.stack,
    existing,
    declared: new Set(before?.resources.map(labelOf)),
    workspace,
    written: objects.written,
    objects: chosen.objects,
    shards: options.shards,
    notes: await userNames(objects, reader, workspace),
    remarks: notes,
    resolve,
  });
  const outcome = {
    ...told,
    taken: output.matches.size,
    fresh: objects.written.filter((one) => !one.declared).length,
    files: output.files,
  };
  if (options.dryRun) return { ...outcome, state: nothingAdded };
  // The YAML comes first: what fails after it is made good by running it again.
  output.save();
  const state = await writeState({
    reader,
    stacks: options.stacks,
    desired: output.desired,
    matches: output.matches,
    args: output.args,
    secrets,
    say: options.say,
  });
  return { ...outcome, state };
}

const nothingAdded: StateOutcome = { added: new Map(), renamed: [] };

function terraformOutcome(
  source: FromTerraform,
  chosen: TerraformChosen,
  objects: Objects,
): TerraformOutcome {
  const known = toSupplyIn(objects.written, (live, field) => chosen.secrets.get(live)?.[field] !== undefined);
  return source.outcome(
    chosen.choice,
    new Set(objects.leftOut.map(({ live }) => live)),
    known.map(({ what }) => what),
  );
}

interface ProgramNotes {
  readonly remarks: readonly string[];
  readonly users: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<Surveyed, Values> | undefined;
}

/** A TypeScript program in place of the YAML. */
async function intoProgram(
  options: ImportOptions,
  file: string,
  { written: all }: Objects,
  { remarks: notes, users, secrets }: ProgramNotes,
): Promise<Omit<ImportOutcome, "notes" | "toSupply" | "terraform">> {
  if (existsSync(file))
    throw new UserError(
      `${file} is there already, and is not written over. Give another file, or take it away.`,
    );
  const resources = new Map<Written, DesiredResource>();
  const matches = new Map<DesiredResource, Surveyed>();
  const position = { file, line: 0, column: 0, path: "" };
  for (const one of all) {
    const resource: DesiredResource = {
      kind: one.kind,
      name: one.name,
      parent: one.parent && resources.get(one.parent),
      args: Object.fromEntries(
        Object.entries(argsIn(one)).filter(([, value]) => !(value instanceof ToSupply)),
      ),
      position,
      positionOf: () => position,
      origin: { type: "map", position, entries: new Map() },
    };
    resources.set(one, resource);
    matches.set(resource, one.live);
  }
  const outcome = { taken: all.length, fresh: all.length, files: [file] };
  if (options.dryRun) return { ...outcome, state: nothingAdded };
  writeFileSync(file, programOf(options.workspace, all, notes, users));
  const state = await writeState({
    reader: options.reader,
    stacks: options.stacks,
    desired: {
      workspace: options.workspace,
      resources: [...resources.values()],
      files: [file],
      warnings: [],
    },
    matches,
    secrets,
    say: options.say,
  });
  return { ...outcome, state };
}

/** The secrets that somebody has to supply, or those of them that are meant. */
export function toSupplyIn(
  objects: readonly Written[],
  isMeant: (live: Surveyed, field: string) => boolean = () => true,
): ImportOutcome["toSupply"] {
  return objects.flatMap(({ kind, name, fields, live }) =>
    Object.entries(fields).flatMap(([field, secret]) =>
      secret instanceof ToSupply && isMeant(live, field)
        ? [{ what: `${field} of the ${kind.title} ${name}`, secret }]
        : [],
    ),
  );
}

export function leftOutNote({ live, reason }: Objects["leftOut"][number]): string {
  const { kind, found, owner } = live;
  const name = kind.naturalKey.map((field) => found.args[field]).find((value) => typeof value === "string");
  const of = owner
    ? ` of ${owner.kind.title} ${owner.found.args.slug ?? owner.found.args.key ?? owner.found.args.name}`
    : "";
  return `${kind.title} ${String(name ?? found.id).slice(0, 80)}${of}: ${reason}`;
}

function stackPlace(root: string, stack: string): string | undefined {
  if (!existsSync(join(root, "stacks"))) return undefined;
  try {
    return findStackFile(root, stack);
  } catch (error) {
    if (error instanceof NoStackFileError) return undefined;
    throw error;
  }
}

function resolver(reader: LiveReader, workspace: string) {
  return async (stack: DesiredStack): Promise<ReadonlyMap<DesiredResource, Values>> =>
    namesUsers(stack.resources) ? withUsers(stack.resources, reader, workspace) : new Map();
}

export const nothingDeclared: Declared = {
  find: () => undefined,
  isTaken: () => false,
  isSupplied: () => false,
};

export function declaredIn(stack: DesiredStack, matches: ReadonlyMap<DesiredResource, Surveyed>): Declared {
  const byLive = new Map([...matches].map(([resource, live]) => [live, resource]));
  const names = new Set(stack.resources.map(labelOf));
  const supplied = new Set(
    stack.resources.flatMap(({ args }) => referencesIn(args)).map((reference) => reference.name),
  );
  return {
    find(live) {
      const resource = byLive.get(live);
      return resource && { key: keyOf(resource), name: resource.name };
    },
    isTaken: (kind, name) => names.has(`${kind.name} ${name}`),
    isSupplied: (name) => supplied.has(name),
  };
}

/** Who the users are that are referred to: a UUID says nothing to people. */
async function userNames(
  { written: objects }: Objects,
  reader: LiveReader,
  workspace: string,
): Promise<ReadonlyMap<string, string>> {
  const names = objects.some(
    ({ kind, declared, live }) =>
      !declared && Object.keys(live.found.args).some((field) => fieldMeta(kind, field).reference === "user"),
  );
  if (!names) return new Map();
  try {
    const known = await reader.memberNames(workspace);
    return new Map(
      [...known].map(([uuid, name]) => [uuid, name.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]+/gu, " ").trim()]),
    );
  } catch {
    // Without the right to see the members, the UUIDs stand alone.
    return new Map();
  }
}
