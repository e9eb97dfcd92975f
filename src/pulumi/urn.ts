/** The URNs that the engine gives to resources. https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
import { nameInType } from "../model/typeToken";

interface Urn {
  readonly stack: string;
  readonly project: string;
  /** The types of the parents, the outermost first, without the stack's own. */
  readonly parentTypes: readonly string[];
  /** `pulumi-nodejs:bitbucket:Webhook` */
  readonly type: string;
  readonly name: string;
}

const scheme = "urn:pulumi:";

/** Parses a URN. A name may contain colons; missing parts are empty. */
export function parseUrn(urn: string): Urn {
  const [head, afterStack] = splitOff(urn);
  const [project, afterProject] = splitOff(afterStack);
  const [types, name] = splitOff(afterProject);
  const parentTypes = types.split("$");
  const type = parentTypes.pop() ?? "";
  const stack = head.startsWith(scheme) ? head.slice(scheme.length) : "";
  return { stack, project, parentTypes, type, name };
}

/** The text before the first separator, and the text after it. */
function splitOff(text: string): readonly [string, string] {
  const separator = "::";
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** What the URNs of all resources of a stack begin with. */
export function urnPrefix(stack: string, project: string): string {
  return `${scheme}${stack}::${project}::`;
}

export function formatUrn({ stack, project, parentTypes, type, name }: Urn): string {
  return `${scheme}${stack}::${project}::${[...parentTypes, type].join("$")}::${name}`;
}

/** The URN of a stack's own resource. */
export function stackUrn(stack: string, project: string): string {
  const type = "pulumi:pulumi:Stack";
  return formatUrn({ stack, project, parentTypes: [], type, name: `${project}-${stack}` });
}

/**
 * The URN of a resource of a stack.
 *
 * @param stack The URN of the stack's own resource.
 * @param parent The URN of its parent, unless that is the stack.
 */
export function childUrn(
  stack: string,
  {
    type,
    name,
    parent = stack,
  }: { readonly type: string; readonly name: string; readonly parent?: string | undefined },
): string {
  const above = parseUrn(parent);
  const parentTypes = parent === stack ? [] : [...above.parentTypes, above.type];
  return formatUrn({ ...parseUrn(stack), parentTypes, type, name });
}

/** Whether a URN belongs to a resource of this package. */
export function isOwnUrn(urn: string): boolean {
  return nameInType(parseUrn(urn).type) !== undefined;
}

/** The type and name of a resource of this package: `Webhook api:ci`. Undefined for any other. */
export function keyInUrn(urn: string): string | undefined {
  const { type, name } = parseUrn(urn);
  const typeName = nameInType(type);
  return typeName === undefined ? undefined : `${typeName} ${name}`;
}

/** The URN without the front end that manages the resource and its parents: under the other one, it is the same. */
export function withoutFrontEnd(urn: string): string {
  const { type, parentTypes, ...rest } = parseUrn(urn);
  const short = (one: string): string => nameInType(one) ?? one;
  return formatUrn({ ...rest, parentTypes: parentTypes.map(short), type: short(type) });
}
