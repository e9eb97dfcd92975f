/** Writes a prepared program as Pulumi YAML. https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/ */
import { type DesiredResource, keyOf } from "../desired";
import type { Kind, Properties } from "../kinds/kind";
import { levelField, neededLevel } from "../model/level";
import { toStackName } from "../model/stackName";
import { nativePackage, nativeRemovalType, nativeToken, providerTypeOf } from "../model/typeToken";
import {
  type CompiledProgram,
  type CompiledReferences,
  openProgramToken,
  resolveReferencesToken,
} from "../native/compiled";
import { fillStandIns, placesOf, type StateEntry } from "../plan";
import { DependencyIndex } from "../plan/dependencies";
import type { DeclaredStack, ResolvedResource } from "../preview";
import { toRemovalInputs } from "../provider/removal";
import { childUrn, parseUrn, stackUrn } from "../pulumi/urn";
import type { UnmanagedObject } from "../unmanaged/model";
import { removalNames } from "../unmanaged/plan";
import type { HostContext } from "./host";
import { chooseNames, literal, type ProgramNames, reference } from "./names";
import { providerProperties } from "./provider";
import { ReferenceIndex } from "./references";

type Entries = Record<string, unknown>;

/** A program in the YAML host's form. */
export interface Template {
  readonly name: string;
  readonly runtime: "yaml";
  readonly config?: Readonly<Entries>;
  readonly variables?: Readonly<Entries>;
  readonly resources: Readonly<Entries>;
}

/** What the program says before its first resource, by resource where it is about one. */
export type ProgramMessage = Omit<CompiledProgram["messages"][number], "urn"> & {
  readonly resource?: DesiredResource;
};

/** What the host gets where it only asks which packages the program needs. */
export const emptyTemplate: Template = { name: nativePackage, runtime: "yaml", resources: {} };

interface ProgramParts {
  /** The state, under its present names. */
  readonly held: readonly StateEntry[];
  /** The keys of what the engine is limited to. Undefined: everything. */
  readonly scope?: ReadonlySet<string> | undefined;
  readonly messages: readonly ProgramMessage[];
  readonly refusals: CompiledProgram["refusals"];
}

/** A program that manages what was declared. */
export function toTemplate(host: HostContext, declared: DeclaredStack, parts: ProgramParts): Template {
  return new TemplateWriter(host, declared, parts).write();
}

class TemplateWriter {
  readonly #names: ProgramNames;
  readonly #references: ReferenceIndex;
  readonly #resources: Entries = {};
  readonly #config: Entries = {};
  readonly #made = new Map<DesiredResource, { readonly name: string; readonly isProtected: boolean }>();
  readonly #needs: DependencyIndex;
  /** URNs of resources that the other front end has created, by kind and name. */
  readonly #elsewhere = new Map<string, string>();
  #provider: string | undefined;

  constructor(
    private readonly host: HostContext,
    private readonly declared: DeclaredStack,
    private readonly parts: ProgramParts,
  ) {
    const keys = [...host.config.keys()];
    this.#names = chooseNames([...keys, ...keys.map((key) => key.slice(key.indexOf(":") + 1))]);
    this.#references = new ReferenceIndex(this.#names);
    this.#needs = new DependencyIndex(declared.desired);
    for (const { kind, name, urn } of parts.held)
      if (parseUrn(urn).type !== nativeToken(kind)) this.#elsewhere.set(`${kind.name} ${name}`, urn);
  }

  write(): Template {
    const { project, stack } = this.host;
    const { messages, refusals } = this.parts;
    const { workspace } = this.declared.stack;
    this.#addProvider();
    for (const one of this.declared.desired) this.#addResource(one);
    for (const [one, name] of removalNames(this.declared.removals)) this.#addRemoval(one, name);
    const program: CompiledProgram = {
      stack,
      workspace,
      messages: messages.map(({ resource, ...message }) => ({
        ...message,
        ...(resource ? { urn: this.#urnOf(resource) } : {}),
      })),
      refusals,
    };
    for (const [index, key] of this.#references.configKeys.entries())
      this.#config[this.#names.configOf(index)] = { name: literal(key), type: "string", secret: true };
    const variables: Entries = {
      [this.#names.program]: this.#invoke(openProgramToken, {
        stack: reference("pulumi.stack"),
        program: reference(this.#names.description),
      }),
      ...this.#lookUp(this.#names.secrets, this.#references.secrets, true),
      ...this.#lookUp(this.#names.texts, this.#references.texts, false),
      [this.#names.description]: literal(JSON.stringify(program)),
    };
    return {
      name: project,
      runtime: "yaml",
      ...(Object.keys(this.#config).length > 0 ? { config: this.#config } : {}),
      variables,
      resources: this.#resources,
    };
  }

  #addProvider(): void {
    const name = this.#names.provider;
    const secretOf = (key: string) => {
      const own = `${name}${key.replace(/\W/g, "_")}`;
      this.#config[own] = { name: literal(key), type: "string", secret: true };
      return reference(own);
    };
    const properties = providerProperties(this.host.config, secretOf);
    if (properties === undefined) return;
    this.#resources[name] = { type: providerTypeOf("native"), name: nativePackage, properties };
    this.#provider = reference(name);
  }

  #addResource(one: ResolvedResource): void {
    const { resource, kind, name, args } = one;
    const key = this.#names.resourceOf(this.#made.size);
    const parent = resource.parent && this.#made.get(resource.parent);
    const isProtected = kind.refuseDelete?.(args) !== undefined;
    const before = this.#needs.dependenciesOf(resource);
    const former =
      this.declared.renames.former.get(resource)?.urn ?? this.#elsewhere.get(`${kind.name} ${name}`);
    const places = this.#places(resource);
    const level = neededLevel(kind, places);
    this.#resources[key] = {
      type: nativeToken(kind),
      name: literal(name),
      properties: {
        ...places,
        ...this.#express(one),
        ...(level === undefined ? {} : { [levelField]: level }),
      },
      ...this.#options({
        ...(parent ? { parent: reference(parent.name) } : {}),
        // The engine would protect everything below a protected resource as well.
        ...(isProtected || parent?.isProtected ? { protect: isProtected } : {}),
        ...(former === undefined ? {} : { aliases: [literal(former)] }),
        ...(before.length > 0
          ? { dependsOn: before.flatMap((other) => this.#expressionOf(other) ?? []) }
          : {}),
      }),
    };
    this.#made.set(resource, { name: key, isProtected });
  }

  /** The values of a resource. */
  #express({ resource, args, references }: ResolvedResource): Properties {
    const { scope } = this.parts;
    const isLimitedToIt = scope === undefined || scope.has(keyOf(resource));
    // What is no target stays as it is: the host wants a value for what the state holds encrypted, and nobody uses it.
    const values = isLimitedToIt ? references : { ...fillStandIns(resource.args), ...args };
    return this.#references.express(values, isLimitedToIt ? args : values) as Properties;
  }

  #addRemoval(one: UnmanagedObject, name: string): void {
    const parent = one.owner && this.#expressionOf(one.owner);
    const inputs = toRemovalInputs(one.kind, one.found.id, one.at, one.found.args);
    this.#resources[`${this.#names.resourceOf(this.#made.size)}_${Object.keys(this.#resources).length}`] = {
      type: nativeRemovalType,
      name: literal(name),
      properties: this.#references.express(inputs, inputs),
      // A completed removal needs no protection, wherever it was.
      ...this.#options({ ...(parent ? { parent } : {}), protect: false }),
    };
  }

  #options(options: Readonly<Entries>): Readonly<Entries> {
    const all = { ...options, ...(this.#provider === undefined ? {} : { provider: this.#provider }) };
    return Object.keys(all).length > 0 ? { options: all } : {};
  }

  #expressionOf(resource: DesiredResource): string | undefined {
    const made = this.#made.get(resource);
    return made && reference(made.name);
  }

  /**
   * The inputs that locate an object. The workspace is an output of what begins the program: so no resource comes
   * before it.
   */
  #places(resource: DesiredResource): Properties {
    const workspace = reference(`${this.#names.program}.workspace`);
    return placesOf(resource, workspace, (owner) => {
      const made = this.#made.get(owner);
      return made && reference(`${made.name}.id`);
    });
  }

  #lookUp(name: string, references: CompiledReferences["references"], isSecret: boolean): Readonly<Entries> {
    if (references.length === 0) return {};
    const text = JSON.stringify({ references, isSecret } satisfies CompiledReferences);
    return { [name]: this.#invoke(resolveReferencesToken, { references: literal(text) }) };
  }

  #invoke(token: string, args: Readonly<Entries>): Readonly<Entries> {
    return {
      "fn::invoke": {
        function: token,
        arguments: args,
        ...(this.#provider === undefined ? {} : { options: { provider: this.#provider } }),
      },
    };
  }

  #urnOf({ kind, name, parent }: DesiredResource): string {
    const { stack, project } = this.host;
    const root = stackUrn(toStackName(stack), project);
    return childUrn(root, {
      type: nativeToken(kind as Kind),
      name,
      ...(parent ? { parent: this.#urnOf(parent) } : {}),
    });
  }
}
