/** Reads `delegation:`: which file may set which properties of which repositories. */
import picomatch from "picomatch";
import type { Kind } from "../../kinds/kind";
import type { Diagnostics, Position } from "../diagnostics";
import { readGlobs, readPatterns } from "../globs";
import { readKnownMap } from "../knownMap";
import { describeNode, isGiven, isNull, type Node } from "../node";
import type { Structure } from "../structure";
import { type DelegationLimit, readDelegationLimits } from "./limits";
import { anyEntry, findPlace } from "./place";
import { repositoryFilePath } from "./repositoryFile";

export const delegationKeys = ["rules", "limits"] as const;
export const delegationRuleKeys = [
  "file",
  "repositoryFile",
  "pins",
  "repositories",
  "allow",
  "secrets",
  "limits",
] as const;

/** The sources of secrets that can be delegated, by name. */
export const delegatedSecretSources = ["fromEnv", "fromConfig"] as const;

/** A rule: one file, or one in each repository, and what it may set. */
export interface DelegationRule {
  readonly name: string;
  readonly position: Position;
  /**
   * The team's file, as it is written: relative to the file with the rule. Undefined: each repository has its own, at
   * `repositoryFilePath`, which sets what the rule allows of this repository alone.
   */
  readonly file?: { readonly path: string; readonly position: Position } | undefined;
  /** The commits at which repositories' own files are read, by their keys in the stack. Others: the main branch. */
  readonly pins: ReadonlyMap<string, CommitPin>;
  /** Whether it is about a repository, by its key in the stack. */
  matches(repository: string): boolean;
  /** The globs, for messages. */
  readonly repositories: string;
  readonly grants: GrantNode;
  /** The places that it allows, for messages. */
  readonly allows: string;
  /** Whether the team may refer to a secret. */
  allowsSecret(source: string, name: string): boolean;
  /** Its own limits, and those of all rules. */
  readonly limits: readonly DelegationLimit[];
}

/** A commit, all 40 digits of its hash. */
interface CommitPin {
  readonly commit: string;
  readonly position: Position;
}

/** What is allowed at a place of the YAML and below it. */
export interface GrantNode {
  /** A property; or a whole section, with every property of the entries in it, but no section in these. */
  readonly isWhole: boolean;
  readonly below: ReadonlyMap<string, GrantNode>;
}

/** Reads the rules, and reports what is wrong with them. */
export function readDelegation(
  node: Node | undefined,
  structure: Structure,
  diagnostics: Diagnostics,
): readonly DelegationRule[] {
  const repository = structure.profiledKind;
  const map = readKnownMap(node, delegationKeys, diagnostics, `a map with ${delegationKeys.join(", ")}`);
  if (!map || !repository) return [];
  const general = readDelegationLimits(map.entries.get("limits")?.value, repository, structure, diagnostics);
  const rules = map.entries.get("rules")?.value;
  if (!isGiven(rules)) return [];
  if (rules.type !== "map") {
    diagnostics.error(rules.position, `must be a map with a name for each rule, not ${describeNode(rules)}`);
    return [];
  }
  const reader = new RuleReader(repository, structure, diagnostics, general);
  return [...rules.entries].flatMap(([name, { key, value }]) => reader.read(name, key, value));
}

class RuleReader {
  constructor(
    private readonly repository: Kind,
    private readonly structure: Structure,
    private readonly diagnostics: Diagnostics,
    private readonly general: readonly DelegationLimit[],
  ) {}

  read(name: string, position: Position, node: Node): DelegationRule[] {
    if (node.type === "broken") return [];
    const map = readKnownMap(
      node,
      delegationRuleKeys,
      this.diagnostics,
      `a map with ${delegationRuleKeys.join(", ")}`,
    );
    if (!map) {
      if (isNull(node)) this.diagnostics.error(position, "is empty. Remove it, or say what it allows");
      return [];
    }
    const value = (key: (typeof delegationRuleKeys)[number]) => {
      const held = map.entries.get(key)?.value;
      return held && !isNull(held) ? held : undefined;
    };
    const file = this.#path(value("file"));
    const ownFile = value("repositoryFile");
    const isOwn = ownFile !== undefined && this.#isTrue(ownFile);
    this.#requireOneFile(position, value("file"), ownFile);
    const pins = this.#pins(value("pins"), ownFile !== undefined);
    const globs = value("repositories");
    const allow = value("allow");
    if (!globs) this.diagnostics.error(position, '"repositories" is required: a glob, or a list of them');
    if (!allow)
      this.diagnostics.error(position, '"allow" is required: a list such as [description, webhooks]');
    const matches = globs && readGlobs(globs, this.diagnostics);
    const places = allow ? this.#allow(allow) : undefined;
    const limits = [
      ...this.general,
      ...readDelegationLimits(value("limits"), this.repository, this.structure, this.diagnostics),
    ];
    const allowsSecret = this.#secrets(value("secrets"));
    for (const [repository, { position: at }] of pins)
      if (matches && !matches(repository)) this.diagnostics.error(at, "is not covered by this rule");
    if (!matches || !globs || !places || !(file || isOwn)) return [];
    for (const { kind, steps, position: at } of places) this.#requireLimit(kind, steps, at, limits);
    for (const { kind, field, position: at } of isOwn ? places : [])
      if (kind === this.repository && field === "mainBranch")
        this.diagnostics.error(
          at,
          '"mainBranch" is never delegated to the files of repositories: it decides which of them counts',
        );
    return [
      {
        name,
        position,
        ...(file ? { file } : {}),
        pins,
        matches,
        repositories: (readPatterns(globs, this.diagnostics) ?? []).join(", "),
        grants: growTree(places.map(({ steps }) => steps)),
        allows: places.map(({ text }) => text).join(", "),
        allowsSecret,
        limits,
      },
    ];
  }

  #requireOneFile(position: Position, file: Node | undefined, ownFile: Node | undefined): void {
    if (!file && !ownFile)
      this.diagnostics.error(
        position,
        `"file" is required: the path of a team's file, relative to this one; or "repositoryFile: true" for ${repositoryFilePath} in each repository`,
      );
    else if (file && ownFile)
      this.diagnostics.error(
        ownFile.position,
        'contradicts "file": a rule is about one file, or about one in each repository',
      );
  }

  #path(node: Node | undefined): DelegationRule["file"] | undefined {
    if (!node || node.type === "broken") return undefined;
    if (node.type === "scalar" && typeof node.value === "string" && node.value !== "")
      return { path: node.value, position: node.position };
    this.diagnostics.error(node.position, "must be the path of a YAML file, relative to this one");
    return undefined;
  }

  #isTrue(node: Node): boolean {
    if (node.type === "broken") return false;
    if (node.type === "scalar" && node.value === true) return true;
    this.diagnostics.error(
      node.position,
      `must be true: the file is ${repositoryFilePath} on the main branch of each repository`,
    );
    return false;
  }

  #pins(node: Node | undefined, hasOwnFiles: boolean): ReadonlyMap<string, CommitPin> {
    if (!node || node.type === "broken") return new Map();
    if (!hasOwnFiles) {
      this.diagnostics.error(node.position, 'applies only to a rule with "repositoryFile: true"');
      return new Map();
    }
    if (node.type !== "map") {
      this.diagnostics.error(
        node.position,
        `must be a map of repositories and commits, not ${describeNode(node)}`,
      );
      return new Map();
    }
    return new Map(
      [...node.entries].flatMap(([repository, { key, value }]): [string, CommitPin][] => {
        if (value.type === "scalar") {
          const text = typeof value.value === "string" ? value.value : (value.source ?? "");
          if (/^[0-9a-f]{40}$/.test(text)) return [[repository, { commit: text, position: key }]];
        }
        if (value.type !== "broken")
          this.diagnostics.error(value.position, "must be the whole hash of a commit: 40 digits");
        return [];
      }),
    );
  }

  #allow(node: Node) {
    const items = node.type === "list" ? node.items : [node];
    if (items.length === 0)
      this.diagnostics.error(node.position, "must have at least one property or section");
    return items.flatMap((item) => {
      if (item.type === "broken") return [];
      if (item.type !== "scalar" || typeof item.value !== "string") {
        this.diagnostics.error(
          item.position,
          `must be a property or section, such as description or webhooks, not ${describeNode(item)}`,
        );
        return [];
      }
      const place = findPlace(item.value, this.repository, this.structure);
      if (!("problem" in place)) return [{ ...place, text: item.value, position: item.position }];
      this.diagnostics.error(item.position, place.problem, place.suggestion);
      return [];
    });
  }

  /** Whoever grants permissions without a limit grants admin rights, and with these all the rest. */
  #requireLimit(
    kind: Kind,
    steps: readonly string[],
    at: Position,
    limits: readonly DelegationLimit[],
  ): void {
    if (!Object.hasOwn(kind.args.shape, "permission")) return;
    const { section } = kind.yaml;
    const isLimited = limits.some(
      ({ kind: limited, field, oneOf, steps: [, entry], when }) =>
        limited === kind && field === "permission" && oneOf && entry === anyEntry && when.size === 0,
    );
    if (!isLimited)
      this.diagnostics.error(
        at,
        `"${steps.join(".")}" without a limit delegates admin rights as well. Add to limits: ${section}.*.permission: { oneOf: [read, write] }`,
      );
  }

  #secrets(node: Node | undefined): DelegationRule["allowsSecret"] {
    const map = readKnownMap(
      node,
      delegatedSecretSources,
      this.diagnostics,
      `a map with ${delegatedSecretSources.join(", ")}`,
    );
    const bySource = new Map<string, readonly ((name: string) => boolean)[]>();
    for (const [source, { value }] of map?.entries ?? []) {
      const globs = isNull(value) ? [] : (readPatterns(value, this.diagnostics) ?? []);
      for (const glob of globs)
        if (!/^[\w:.-]{3}/.test(glob))
          this.diagnostics.error(
            value.position,
            `"${glob}" must begin with at least three letters of the names`,
          );
      bySource.set(
        source,
        globs.map((glob) => picomatch(glob)),
      );
    }
    return (source, name) =>
      !reservedNames.test(name) && (bySource.get(source) ?? []).some((matches) => matches(name));
  }
}

/** The tool's own credentials and settings, which no rule hands out. */
const reservedNames = /^(BITBUCKET|PULUMI|bitbucket:)/i;

function growTree(paths: readonly (readonly string[])[]): GrantNode {
  const names = new Set(paths.flatMap(([first]) => (first === undefined ? [] : [first])));
  return {
    isWhole: paths.some((steps) => steps.length === 0),
    below: new Map(
      [...names].map((name) => [
        name,
        growTree(paths.filter(([first]) => first === name).map((steps) => steps.slice(1))),
      ]),
    ),
  };
}
