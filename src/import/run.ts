/** Runs an import from beginning to end: survey, YAML, state. */
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  type DesiredResource,
  keyOf,
  type RepositoryFileSource,
  repositoryFilesOf,
  type SecretContext,
} from "../desired";
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import type { LiveReader, SurveyedObject, SurveyProgress } from "../live";
import type { Stacks } from "../run";
import { type ChosenObjects, chooseObjects } from "./choose";
import { type Declaration, type Declarations, type DeclareOptions, declareObjects } from "./declare";
import {
  findDeclared,
  hasText,
  loadBefore,
  nothingDeclared,
  readHeldIds,
  type StackBefore,
} from "./existing";
import type { FromTerraform, TerraformOutcome, TerraformSelection, TerraformState } from "./fromTerraform";
import { findOtherManagers } from "./otherStacks";
import { pulumiImportFile } from "./pulumiFile";
import { type StateOutcome, writeState } from "./state";
import { SecretPlaceholder } from "./tree";
import { findArgs, renderProgram } from "./typescript";
import { createResolver, userNames } from "./users";
import { writeYaml } from "./write";

export interface ImportOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly stack: string;
  readonly workspace: string;
  readonly reader: LiveReader;
  /** Reads the files with which repositories set properties of their own. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
  readonly stacks: Stacks;
  readonly kinds?: readonly Kind[] | undefined;
  readonly projects?: ((key: string) => boolean) | undefined;
  readonly repositories?: ((slug: string, projectKey?: string) => boolean) | undefined;
  readonly ofWorkspace?: boolean | undefined;
  /** Patterns that have matched nothing so far: called once everything was read. */
  readonly missed?: (() => readonly string[]) | undefined;
  readonly secrets: DeclareOptions["secrets"];
  readonly shards?: Properties | undefined;
  /** Imports what a Terraform state manages, and nothing else. */
  readonly terraform?: TerraformState | undefined;
  /** The file to write for `pulumi import --file`, instead of YAML. */
  readonly pulumiFile?: string | undefined;
  /** Writes a TypeScript program into this file instead of YAML. */
  readonly program?: string | undefined;
  /** The texts of a program and of YAML that declare nothing yet: a file with just this text is replaced. */
  readonly replaceable?: { readonly program?: string | undefined; readonly yaml?: string | undefined };
  /** Where values are looked up that declarations take from elsewhere, if the API shows them. */
  readonly sources: SecretContext;
  /** Whether objects that differ from their declarations may be added to the state. */
  readonly adoptAll: boolean;
  /** Shows what would be written, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly onProgress?: ((progress: SurveyProgress) => void) | undefined;
  readonly say?: ((line: string) => void) | undefined;
}

export interface ImportOutcome {
  /** How many objects were found and imported, and how many of them are new in the YAML. */
  readonly taken: number;
  readonly fresh: number;
  readonly files: readonly string[];
  /** What exists and was not imported, a line each. */
  readonly notes: readonly string[];
  readonly toSupply: readonly { readonly what: string; readonly secret: SecretPlaceholder }[];
  readonly state: StateOutcome;
  /** If a Terraform state was the source. */
  readonly terraform?: TerraformOutcome | undefined;
}

export async function importWorkspace(options: ImportOptions): Promise<ImportOutcome> {
  const { reader, workspace, program, pulumiFile } = options;
  const before = program === undefined && pulumiFile === undefined ? await loadBefore(options) : {};
  const { existing } = before;
  const chosen = await chooseObjects(options);
  const resolveNames = createResolver(reader, workspace);
  const idOf = existing ? await readHeldIds(options) : undefined;
  const declared = existing
    ? findDeclared(existing.stack, chosen.objects, await resolveNames(existing.stack), idOf)
    : nothingDeclared;
  const objects = declareObjects(chosen.objects, { secrets: options.secrets, declared });
  const found = {
    chosen,
    objects,
    resolveNames,
    idOf,
    notes: [...chosen.notes, ...objects.omitted.map(leftOutNote)],
  };
  if (pulumiFile !== undefined) return writePulumiFile(options, pulumiFile, found);
  for (const warning of await findOtherManagers(options, objects.declarations)) options.say?.(warning);
  const { source, choice, secrets } = chosen;
  const toSupply = findSecretsToSupply(
    objects.declarations,
    (live, field) => secrets?.get(live)?.[field] === undefined,
  );
  const written =
    program === undefined
      ? await writeStack(options, before, found)
      : await writeProgram(options, program, objects, {
          remarks: found.notes,
          users: await userNames(objects, reader, workspace),
          secrets,
        });
  return {
    ...written,
    notes: found.notes,
    toSupply,
    ...(source && choice ? { terraform: terraformOutcome(source, choice, objects) } : {}),
  };
}

/** What is to be written. */
interface FoundObjects {
  readonly chosen: ChosenObjects;
  readonly objects: Declarations;
  readonly resolveNames: ReturnType<typeof createResolver>;
  /** The id of a declared resource that is in the state. */
  readonly idOf: ((resource: DesiredResource) => string | undefined) | undefined;
  readonly notes: readonly string[];
}

function writePulumiFile(
  { root, dryRun }: ImportOptions,
  file: string,
  { objects: { declarations }, notes }: FoundObjects,
): ImportOutcome {
  const path = resolve(root, file);
  if (!dryRun) writeFileSync(path, pulumiImportFile(declarations));
  const { length } = declarations;
  return { notes, toSupply: [], taken: length, fresh: length, files: [path], state: nothingAdded };
}

type Written = Pick<ImportOutcome, "taken" | "fresh" | "files" | "state">;

/** Writes the YAML, and then the state: if that fails, running the import again completes it. */
async function writeStack(
  options: ImportOptions,
  { existing, replaced }: StackBefore,
  { chosen, objects, resolveNames, idOf, notes }: FoundObjects,
): Promise<Written> {
  const { root, stack, workspace, reader, shards, dryRun } = options;
  const output = await writeYaml({
    root,
    stack,
    existing: existing?.path,
    replaced,
    files: existing?.stack.files ?? [],
    repositoryFiles: repositoryFilesOf(existing?.stack),
    declared: new Set(existing?.stack.resources.map(keyOf)),
    workspace,
    declarations: objects.declarations,
    objects: chosen.objects,
    shards,
    notes: await userNames(objects, reader, workspace),
    remarks: notes,
    resolve: resolveNames,
    idOf,
  });
  const outcome = {
    taken: output.matches.size,
    fresh: objects.declarations.filter((one) => !one.isDeclared).length,
    files: output.files,
  };
  if (dryRun) return { ...outcome, state: nothingAdded };
  output.save();
  const { desired, matches, args } = output;
  const state = await writeState({
    ...stateOptionsOf(options),
    desired,
    matches,
    args,
    hidden: chosen.secrets,
  });
  return { ...outcome, state };
}

const nothingAdded: StateOutcome = { added: new Map(), renamed: [], differing: [] };

/** What the writing of a state takes from the options of the import. */
function stateOptionsOf({ reader, stacks, sources, adoptAll, say }: ImportOptions) {
  return { reader, stacks, secrets: sources, adoptAll, say };
}

function terraformOutcome(
  source: FromTerraform,
  chosen: TerraformSelection,
  objects: Declarations,
): TerraformOutcome {
  const known = findSecretsToSupply(
    objects.declarations,
    (live, field) => chosen.secrets.get(live)?.[field] !== undefined,
  );
  return source.outcome(
    chosen.choice,
    new Set(objects.omitted.map(({ live }) => live)),
    known.map(({ what }) => what),
  );
}

interface ProgramNotes {
  readonly remarks: readonly string[];
  readonly users: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<SurveyedObject, Properties> | undefined;
}

/** Writes a TypeScript program instead of the YAML. */
async function writeProgram(
  options: ImportOptions,
  file: string,
  { declarations: all }: Declarations,
  { remarks: notes, users, secrets }: ProgramNotes,
): Promise<Written> {
  if (existsSync(file) && !hasText(file, options.replaceable?.program))
    throw new UserError(`${file} exists and is not overwritten. Use another file, or delete it.`);
  const resources = new Map<Declaration, DesiredResource>();
  const matches = new Map<DesiredResource, SurveyedObject>();
  const position = { file, line: 0, column: 0, path: "" };
  for (const one of all) {
    const resource: DesiredResource = {
      kind: one.kind,
      name: one.name,
      parent: one.parent && resources.get(one.parent),
      args: Object.fromEntries(
        Object.entries(findArgs(one)).filter(([, value]) => !(value instanceof SecretPlaceholder)),
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
  writeFileSync(file, renderProgram(options.workspace, all, notes, users));
  const state = await writeState({
    ...stateOptionsOf(options),
    desired: {
      workspace: options.workspace,
      resources: [...resources.values()],
      files: [file],
      warnings: [],
    },
    matches,
    hidden: secrets,
  });
  return { ...outcome, state };
}

/** The secrets that somebody must supply, or those of them that are asked for. */
function findSecretsToSupply(
  objects: readonly Declaration[],
  isMeant: (live: SurveyedObject, field: string) => boolean = () => true,
): ImportOutcome["toSupply"] {
  return objects.flatMap(({ kind, name, fields, live }) =>
    Object.entries(fields).flatMap(([field, secret]) =>
      secret instanceof SecretPlaceholder && isMeant(live, field)
        ? [{ what: `${field} of the ${kind.title} ${name}`, secret }]
        : [],
    ),
  );
}

function leftOutNote({ live, reason }: Declarations["omitted"][number]): string {
  const { kind, found, owner } = live;
  const name = kind.naturalKey.map((field) => found.args[field]).find((value) => typeof value === "string");
  const of = owner
    ? ` of ${owner.kind.title} ${owner.found.args.slug ?? owner.found.args.key ?? owner.found.args.name}`
    : "";
  return `${kind.title} ${String(name ?? found.id).slice(0, 80)}${of}: ${reason}`;
}
