/** The Pulumi program that runs YAML: stacks/<stack>.yaml becomes resources. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  type DesiredResource,
  DesiredStateError,
  findStackFile,
  isSecretReference,
  loadStack,
  resolveSecrets,
} from "./desired";
import { fieldMeta, type Kind, type Values } from "./kinds/kind";
import { locationFields } from "./provider/location";
import { resourceClass } from "./resource";

/** Registers every resource of the current stack. */
async function run(): Promise<void> {
  try {
    await register();
  } catch (error) {
    // A RunError is shown as it stands, without a stack.
    if (error instanceof DesiredStateError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

async function register(): Promise<void> {
  const config = new pulumi.Config();
  const stack = await loadStack(findStackFile(projectRoot(), pulumi.getStack()));
  for (const warning of stack.warnings) await pulumi.log.warn(warning.message);
  const secrets = await resolveSecrets(stack, { env: process.env, config: (key) => config.get(key) });

  const owners = new Map(stack.resources.map((resource) => [nameIn(resource.kind, resource.args), resource]));
  const made = new Map<DesiredResource, pulumi.CustomResource>();
  for (const desired of stack.resources) {
    const parent = desired.parent && made.get(desired.parent);
    const args: Values = {
      workspace: stack.workspace,
      ...ownersOf(desired, made),
      ...replaceSecrets(desired.args, secrets),
    };
    const resource = new (resourceClass(desired.kind) as unknown as AnyClass)(desired.name, args, {
      ...(parent ? { parent } : {}),
      dependsOn: referencedBy(desired, owners).flatMap((other) => made.get(other) ?? []),
    });
    made.set(desired, resource);
  }
}

type AnyClass = new (
  name: string,
  args: Values,
  options: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/** The ids of the objects that this one belongs to, by the name of the input that takes them. */
function ownersOf(
  desired: DesiredResource,
  made: ReadonlyMap<DesiredResource, pulumi.CustomResource>,
): Values {
  const owners: Record<string, unknown> = {};
  const places: readonly string[] = locationFields(desired.kind);
  for (let owner = desired.parent; owner; owner = owner.parent) {
    const place = owner.kind.provides;
    if (place && places.includes(place)) owners[place] = made.get(owner)?.id;
  }
  return owners;
}

/** What has to be there first because a field names it: a repository's project. */
function referencedBy(
  desired: DesiredResource,
  owners: ReadonlyMap<string, DesiredResource>,
): DesiredResource[] {
  return Object.entries(desired.args).flatMap(([field, value]) => {
    const { reference } = fieldMeta(desired.kind, field);
    return (reference && owners.get(`${reference} ${value}`)) || [];
  });
}

function nameIn(kind: Kind, args: Values): string {
  return `${kind.provides} ${args[kind.naturalKey[0] ?? ""]}`;
}

function replaceSecrets(value: Values, secrets: ReadonlyMap<unknown, string>): Values {
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, isSecretReference(held) ? secrets.get(held) : held]),
  );
}

/** The folder of Pulumi.yaml: the engine runs the program in the folder of `main`. */
function projectRoot(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder))
      throw new pulumi.RunError("There is no Pulumi.yaml in this folder or above it.");
  }
}

export = run;
