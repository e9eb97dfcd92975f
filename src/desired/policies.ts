/** `policies:` and `exceptions:`: what the desired and the live state are held to, and what may break a rule until when. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import type { z } from "zod";
import { checkNamed, checks } from "../audit/checks";
import type { AuditCheck } from "../audit/checks/shared/check";
import { type CheckValues, parametersOf } from "../audit/checks/shared/parameters";
import { formatIssue } from "../errors";
import type { Kind } from "../kinds/kind";
import { isDay } from "../model/day";
import { suggestWord } from "../model/suggest";
import { type CompiledExpression, compileExpression, ExpressionError } from "../policy/language/expression";
import { type Diagnostics, joinPath, type Position } from "./diagnostics";
import { reportUnknownFields } from "./knownMap";
import { createMatcher } from "./matcher";
import { describeMismatch } from "./mismatch";
import { describeNode, isNull, type MapNode, type Node, positionAt, toPlainValue } from "./node";
import type { Structure } from "./structure";

export const policyLevels = ["mandatory", "advisory"] as const;
/** Mandatory: what breaks it stops an apply before the first change. Advisory: it is a warning. */
type PolicyLevel = (typeof policyLevels)[number];

export const policyStates = ["desired", "live"] as const;
/** The state that a policy is held against. */
export type PolicyState = (typeof policyStates)[number];

/** What decides whether a policy is kept. */
type PolicyTest =
  | { readonly check: AuditCheck; readonly values: CheckValues }
  | { readonly expression: CompiledExpression; readonly position: Position }
  /** A module, by its absolute path. */
  | { readonly file: string; readonly position: Position };

/** A rule that the stack is held to. */
export interface StackPolicy {
  /** Its key in YAML, which reports and exceptions name. */
  readonly name: string;
  readonly level: PolicyLevel;
  readonly states: ReadonlySet<PolicyState>;
  /** Shown beside each violation: what to do instead. */
  readonly message?: string | undefined;
  readonly test: PolicyTest;
  /** The resource types of an own rule. */
  readonly kinds: ReadonlySet<Kind>;
  /** By the key in YAML, or the slug. Undefined: all, and what is in none. */
  readonly isRepository?: ((name: string) => boolean) | undefined;
  /** By key. Undefined: all, and what is in none. */
  readonly isProject?: ((key: string) => boolean) | undefined;
  readonly position: Position;
}

/** Lets one place break a policy until the end of a day. */
export interface PolicyException {
  readonly policy: string;
  /** The key of a project, for the project itself and all that is in it. */
  readonly project?: string | undefined;
  /** The key or slug of a repository, for it and all that is in it. */
  readonly repository?: string | undefined;
  /** One resource: its name in the stack, or what a report calls it. */
  readonly resource?: string | undefined;
  readonly who: string;
  readonly why: string;
  /** The last day, in UTC: 2027-01-31. */
  readonly until: string;
  readonly position: Position;
}

export interface StackPolicies {
  readonly rules: readonly StackPolicy[];
  readonly exceptions: readonly PolicyException[];
}

/** The keys of a policy, and of an exception. */
export const stackPolicyKeys = [
  "check",
  "parameters",
  "expression",
  "file",
  "resources",
  "repositories",
  "projects",
  "level",
  "states",
  "message",
] as const;
export const exceptionKeys = ["policy", "project", "repository", "resource", "who", "why", "until"] as const;

/** Extensions of the modules that a policy can name. */
const moduleExtensions = [".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"];

/**
 * @param folders The absolute folder of a file, by its displayed name.
 * @param root The folder outside which no module is loaded.
 */
export function readPolicies(
  rules: MapNode,
  exceptions: Node | undefined,
  structure: Structure,
  folders: ReadonlyMap<string, string>,
  root: string,
  diagnostics: Diagnostics,
): StackPolicies | undefined {
  const reader = new StackPolicyReader(structure, folders, root, diagnostics);
  const read = [...rules.entries].flatMap(([name, { key, value }]) => reader.rule(name, key, value) ?? []);
  const names = [...rules.entries.keys()];
  const allowed = reader.exceptions(exceptions, names);
  return names.length === 0 && allowed.length === 0 ? undefined : { rules: read, exceptions: allowed };
}

class StackPolicyReader {
  readonly #kinds: ReadonlyMap<string, Kind>;

  constructor(
    structure: Structure,
    private readonly folders: ReadonlyMap<string, string>,
    private readonly root: string,
    private readonly diagnostics: Diagnostics,
  ) {
    this.#kinds = new Map(structure.kinds.map((kind) => [structure.defaultsName(kind), kind]));
  }

  rule(name: string, key: Position, written: Node): StackPolicy | undefined {
    if (written.type === "broken") return undefined;
    const map = this.#writeOut(written);
    if (!map) {
      this.diagnostics.error(
        written.position,
        `must be ${policyLevels.join(" or ")}, or a map, not ${describeNode(written)}`,
      );
      return undefined;
    }
    const isFine = reportUnknownFields(map, stackPolicyKeys, this.diagnostics);
    const level = this.#word(map, "level", policyLevels) ?? "mandatory";
    const states = this.#states(map);
    const message = this.#text(map, "message");
    const test = this.#test(name, key, map);
    const kinds = this.#resources(map, test);
    const isRepository = this.#globs(map, "repositories");
    const isProject = this.#globs(map, "projects");
    if (!isFine || !test || !kinds || !states) return undefined;
    return { name, level, states, message, test, kinds, isRepository, isProject, position: key };
  }

  /** `approvals: advisory` is short for `approvals: { level: advisory }`. */
  #writeOut(written: Node): MapNode | undefined {
    if (written.type === "map") return written;
    if (written.type !== "scalar" || typeof written.value !== "string") return undefined;
    const { position } = written;
    return { type: "map", position, entries: new Map([["level", { key: position, value: written }]]) };
  }

  #test(name: string, key: Position, map: MapNode): PolicyTest | undefined {
    const given = (["check", "expression", "file"] as const).filter((one) => isSet(map, one));
    const [first, second] = given;
    if (second !== undefined) {
      this.diagnostics.error(key, `has both "${first}" and "${second}": keep one`);
      return undefined;
    }
    if (first !== undefined && first !== "check" && isSet(map, "parameters"))
      this.diagnostics.error(positionOf(map, "parameters"), "only a check has parameters");
    if (first === "expression") return this.#expression(map);
    if (first === "file") return this.#file(map);
    const id = first === "check" ? this.#text(map, "check") : name;
    if (id === undefined) return undefined;
    const check = checkNamed(id);
    if (check) return this.#parameters(check, key, map);
    const at = first === "check" ? positionOf(map, "check") : key;
    const meant = suggestWord(
      id,
      checks.map((one) => one.id),
    );
    this.diagnostics.error(
      at,
      first === "check"
        ? `there is no check "${id}": see docs/reference/audit-checks.md`
        : `there is no check "${id}". A policy of your own needs an "expression" or a "file"`,
      meant,
    );
    return undefined;
  }

  #parameters(check: AuditCheck, key: Position, map: MapNode): PolicyTest | undefined {
    const node = map.entries.get("parameters")?.value;
    const known = parametersOf(check.id);
    if (node?.type === "broken") return undefined;
    if (!known) {
      if (node && !isNull(node))
        this.diagnostics.error(node.position, `the check "${check.id}" has no parameters`);
      return { check, values: {} };
    }
    if (node && !isNull(node) && node.type !== "map") {
      this.diagnostics.error(node.position, `must be a map, not ${describeNode(node)}`);
      return undefined;
    }
    const names = Object.keys(known.schema.shape);
    if (known.isRequired && (!node || isNull(node))) {
      this.diagnostics.error(key, `the check "${check.id}" needs the parameter "${names.join('", "')}"`);
      return undefined;
    }
    const values = node && !isNull(node) ? toPlainValue(node) : {};
    const parsed = known.schema.safeParse(values);
    if (parsed.success) return { check, values: known.toSettings(values) };
    for (const issue of parsed.error.issues)
      this.#refuse(issue, names, node ?? { type: "scalar", position: key, value: null });
    return undefined;
  }

  #refuse(issue: z.core.$ZodIssue, names: readonly string[], node: Node): void {
    if (issue.code !== "unrecognized_keys") {
      this.diagnostics.error(positionAt(node, issue.path), formatIssue(issue));
      return;
    }
    for (const name of issue.keys) {
      const at = (node.type === "map" ? node.entries.get(name)?.key : undefined) ?? node.position;
      const meant = suggestWord(name, names);
      this.diagnostics.error(at, `there is no parameter "${name}": there is ${names.join(", ")}`, meant);
    }
  }

  #expression(map: MapNode): PolicyTest | undefined {
    const position = positionOf(map, "expression");
    const text = this.#text(map, "expression");
    if (text === undefined) return undefined;
    if (!isSet(map, "message")) {
      this.diagnostics.error(map.position, '"message" is required beside an expression: what to do instead');
      return undefined;
    }
    try {
      return { expression: compileExpression(text), position };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.diagnostics.error(position, `the expression ${error.message}`, error.suggestion);
      return undefined;
    }
  }

  #file(map: MapNode): PolicyTest | undefined {
    const position = positionOf(map, "file");
    const name = this.#text(map, "file");
    if (name === undefined) return undefined;
    const path = resolve(this.folders.get(position.file) ?? dirname(position.file), name);
    const refuse = (message: string) => {
      this.diagnostics.error(position, message);
      return undefined;
    };
    if (!moduleExtensions.some((end) => name.endsWith(end)))
      return refuse(`must be a JavaScript or TypeScript file: ${moduleExtensions.join(", ")}`);
    if (!existsSync(path) || !statSync(path).isFile()) return refuse(`the file ${name} does not exist`);
    const real = realpathSync(path);
    if (relative(this.root, real).split(sep)[0] === "..")
      return refuse(`the file ${name} is outside the project's folder`);
    return { file: real, position };
  }

  /** The resource types of an own rule. A check knows itself what it is about. */
  #resources(map: MapNode, test: PolicyTest | undefined): ReadonlySet<Kind> | undefined {
    const names = this.#texts(map, "resources", "a resource type, as in defaults");
    if (!test) return undefined;
    if ("check" in test) {
      if (!isSet(map, "resources")) return new Set();
      this.diagnostics.error(
        positionOf(map, "resources"),
        "a check knows itself which resource types it is about: leave this out",
      );
      return undefined;
    }
    if (!isSet(map, "resources")) {
      this.diagnostics.error(map.position, '"resources" is required: the resource types that it is about');
      return undefined;
    }
    const kinds = (names ?? []).flatMap(({ text, position }) => {
      const kind = this.#kinds.get(text);
      if (kind) return [kind];
      const meant = suggestWord(text, [...this.#kinds.keys()]);
      this.diagnostics.error(position, `there is no resource type "${text}"`, meant);
      return [];
    });
    return names && kinds.length === names.length ? new Set(kinds) : undefined;
  }

  #states(map: MapNode): ReadonlySet<PolicyState> | undefined {
    if (!isSet(map, "states")) return new Set(policyStates);
    const names = this.#texts(map, "states", policyStates.join(" or "));
    const states = (names ?? []).flatMap(({ text, position }) => {
      const state = policyStates.find((one) => one === text);
      if (state) return [state];
      this.diagnostics.error(
        position,
        `must be ${policyStates.join(" or ")}`,
        suggestWord(text, policyStates),
      );
      return [];
    });
    return names && states.length === names.length ? new Set(states) : undefined;
  }

  exceptions(written: Node | undefined, rules: readonly string[]): readonly PolicyException[] {
    if (!written || isNull(written) || written.type === "broken") return [];
    if (written.type !== "list") {
      this.diagnostics.error(written.position, describeMismatch("a list", written));
      return [];
    }
    return written.items.flatMap((item) => this.#exception(item, rules) ?? []);
  }

  #exception(item: Node, rules: readonly string[]): PolicyException | undefined {
    if (item.type === "broken") return undefined;
    if (item.type !== "map") {
      this.diagnostics.error(
        item.position,
        `must be a map with policy, who, why and until, not ${describeNode(item)}`,
      );
      return undefined;
    }
    const isFine = reportUnknownFields(item, exceptionKeys, this.diagnostics);
    const [policy, who, why, until] = (["policy", "who", "why", "until"] as const).map((name) => {
      if (isSet(item, name)) return this.#text(item, name);
      this.diagnostics.error(item.position, `"${name}" is required`);
      return undefined;
    });
    const [project, repository, resource] = (["project", "repository", "resource"] as const).map((name) =>
      this.#text(item, name),
    );
    if (policy !== undefined && !rules.includes(policy)) {
      const message = `there is no policy "${policy}"`;
      this.diagnostics.error(positionOf(item, "policy"), message, suggestWord(policy, rules));
      return undefined;
    }
    const hasPlace = ["project", "repository", "resource"].some((name) => isSet(item, name));
    if (!hasPlace)
      this.diagnostics.error(
        item.position,
        "must name a project, a repository or a resource: what it lets break the policy",
      );
    const hasDay = until === undefined || isDay(until);
    if (!hasDay) this.diagnostics.error(positionOf(item, "until"), "must be a day, such as 2027-01-31");
    if (!isFine || !hasPlace || !hasDay || !policy || !who || !why || !until) return undefined;
    return { policy, project, repository, resource, who, why, until, position: item.position };
  }

  #word<Word extends string>(map: MapNode, name: string, words: readonly Word[]): Word | undefined {
    const node = map.entries.get(name)?.value;
    if (!node || isNull(node) || node.type === "broken") return undefined;
    const found = words.find((word) => node.type === "scalar" && node.value === word);
    if (found !== undefined) return found;
    const given = node.type === "scalar" ? `"${node.value}"` : describeNode(node);
    const meant = node.type === "scalar" ? suggestWord(String(node.value), words) : undefined;
    this.diagnostics.error(node.position, `must be ${words.join(" or ")}, not ${given}`, meant);
    return undefined;
  }

  #text(map: MapNode, name: string): string | undefined {
    const node = map.entries.get(name)?.value;
    if (!node || isNull(node) || node.type === "broken") return undefined;
    if (node.type === "scalar" && String(node.value).trim() !== "") return node.source ?? String(node.value);
    const isText = node.type === "scalar" && typeof node.value === "string";
    this.diagnostics.error(node.position, isText ? "must not be empty" : describeMismatch("text", node));
    return undefined;
  }

  #globs(map: MapNode, name: string): ((name: string) => boolean) | undefined {
    const patterns = this.#texts(map, name, "a name, or a glob");
    return patterns && createMatcher(patterns.map(({ text }) => text));
  }

  #texts(
    map: MapNode,
    name: string,
    what: string,
  ): readonly { readonly text: string; readonly position: Position }[] | undefined {
    const node = map.entries.get(name)?.value;
    if (!node || isNull(node) || node.type === "broken") return undefined;
    const items = node.type === "list" ? node.items : [node];
    if (items.length === 0) this.diagnostics.error(node.position, `must be ${what}`);
    const texts = items.flatMap((item) => {
      if (item.type === "scalar" && item.value !== null && item.value !== "")
        return [{ text: item.source ?? String(item.value), position: item.position }];
      if (item.type !== "broken")
        this.diagnostics.error(item.position, `must be ${what}, not ${describeNode(item)}`);
      return [];
    });
    return texts.length > 0 && texts.length === items.length ? texts : undefined;
  }
}

function isSet(map: MapNode, name: string): boolean {
  const node = map.entries.get(name)?.value;
  return node !== undefined && !isNull(node);
}

function positionOf(map: MapNode, name: string): Position {
  return (
    map.entries.get(name)?.value.position ?? { ...map.position, path: joinPath(map.position.path, name) }
  );
}
