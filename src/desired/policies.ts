/** `policies:` and `exceptions:`: what the desired and the live state are held to, and what may break a rule until when. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import type { z } from "zod";
import { checkNamed, checks } from "../audit/checks";
import type { AuditCheck } from "../audit/checks/shared/check";
import { type CheckValues, parametersOf } from "../audit/checks/shared/parameters";
import { formatIssue } from "../errors";
import type { Kind } from "../kinds/kind";
import { suggestWord } from "../model/suggest";
import { type CompiledExpression, compileExpression, ExpressionError } from "../policy/language/expression";
import type { Diagnostics, Position } from "./diagnostics";
import { FieldReader, isSet, positionOf } from "./fields";
import { reportUnknownFields } from "./knownMap";
import { createMatcher } from "./matcher";
import { describeNode, isNull, type MapNode, type Node, positionAt, toPlainValue } from "./node";
import { type PolicyException, readExceptions } from "./policyException";
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
  const allowed = readExceptions(exceptions, names, diagnostics);
  return names.length === 0 && allowed.length === 0 ? undefined : { rules: read, exceptions: allowed };
}

class StackPolicyReader {
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #fields: FieldReader;

  constructor(
    structure: Structure,
    private readonly folders: ReadonlyMap<string, string>,
    private readonly root: string,
    private readonly diagnostics: Diagnostics,
  ) {
    this.#fields = new FieldReader(diagnostics);
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
    const level = this.#fields.word(map, "level", policyLevels) ?? "mandatory";
    const states = this.#states(map);
    const message = this.#fields.text(map, "message");
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
    const id = first === "check" ? this.#fields.text(map, "check") : name;
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
    const text = this.#fields.text(map, "expression");
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
    const name = this.#fields.text(map, "file");
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
    const names = this.#fields.texts(map, "resources", "a resource type, as in defaults");
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
    const names = this.#fields.texts(map, "states", policyStates.join(" or "));
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

  #globs(map: MapNode, name: string): ((name: string) => boolean) | undefined {
    const patterns = this.#fields.texts(map, name, "a name, or a glob");
    return patterns && createMatcher(patterns.map(({ text }) => text));
  }
}
