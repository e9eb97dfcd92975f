/** Parses the operation that a Pulumi command line starts, and the part of the stack that it covers. */
import { environment } from "../environment";

type OperationName = "up" | "preview" | "destroy" | "refresh";

export interface RunningOperation {
  readonly name: OperationName;
  /** The stack, if the command names one. */
  readonly stack?: string | undefined;
  /**
   * Whether it is limited to a part of the stack: `--target`, `--exclude`, `--exclude-protected` and the
   * like.
   */
  readonly isPartial: boolean;
  /** The URNs or URN patterns to which the operation is limited, if nothing else limits it. */
  readonly targets: readonly string[];
  /** Whether resources that depend on the targets are included. */
  readonly withDependents: boolean;
  /** Whether the program runs during the refresh, not after it. */
  readonly runsProgram: boolean;
  /** Whether the engine also deletes protected resources. */
  readonly ignoresProtection: boolean;
}

/** https://www.pulumi.com/docs/iac/cli/commands/: names and aliases. */
const names: Readonly<Record<string, OperationName>> = {
  up: "up",
  update: "up",
  watch: "up",
  preview: "preview",
  pre: "preview",
  destroy: "destroy",
  down: "destroy",
  dn: "destroy",
  refresh: "refresh",
};

/** Flags that can precede the command and take a separate argument. */
const withWord = new Set([
  "-C",
  "--cwd",
  "--color",
  "-v",
  "--verbose",
  "--tracing",
  "--tracing-header",
  "--otel-traces",
  "--profiling",
  "--memprofilerate",
]);

/**
 * @param command The engine's program and its arguments.
 * @param env It can contain flags as well: `PULUMI_OPTION_TARGET`.
 * @returns Undefined for a command that is not an operation on a stack.
 */
export function parseOperation(
  command: readonly string[],
  env: NodeJS.ProcessEnv = environment(),
): RunningOperation | undefined {
  const words = command.slice(1);
  let at = 0;
  while (words[at]?.startsWith("-")) at += withWord.has(words[at] ?? "") ? 2 : 1;
  const name = names[words[at] ?? ""];
  if (name === undefined) return undefined;
  const rest = words.slice(at + 1);
  const flags = flagsOf(rest);
  const has = (...wanted: string[]) => flags.some(({ flag }) => wanted.includes(flag));
  const valuesOf = (...wanted: string[]) =>
    flags.flatMap(({ flag, value }) => (wanted.includes(flag) ? [value] : []));
  return {
    name,
    stack: valuesOf("--stack", "-s").at(-1) ?? env.PULUMI_OPTION_STACK,
    isPartial:
      flags.some(({ flag }) => /^--(target|exclude)/.test(flag) || flag === "-t" || flag === "-x") ||
      Object.keys(env).some((variable) => /^PULUMI_OPTION_(TARGET|EXCLUDE)/.test(variable)),
    targets: valuesOf("--target", "-t"),
    withDependents: has("--target-dependents"),
    runsProgram: has("--run-program") || env.PULUMI_RUN_PROGRAM === "true",
    ignoresProtection: has("--ignore-protect") || env.PULUMI_OPTION_IGNORE_PROTECT === "true",
  };
}

/** Each flag with its argument, if any: `--stack test`, `--stack=test`, `-stest`. */
function flagsOf(words: readonly string[]): { flag: string; value: string }[] {
  return words.flatMap((word, index) => {
    if (!word.startsWith("-")) return [];
    const [, long, value] = /^(--[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (long !== undefined) return [{ flag: long, value: value ?? words[index + 1] ?? "" }];
    const flag = word.slice(0, 2);
    return [{ flag, value: word.length > 2 ? word.slice(2).replace(/^=/, "") : (words[index + 1] ?? "") }];
  });
}

/** Returns whether targets include a URN. They may have wildcards: `*` within a part, `**` across parts. */
export function createTargetMatcher(targets: readonly string[]): (urn: string) => boolean {
  const exact = new Set(targets);
  const patterns = targets.filter((target) => target.includes("*")).map(matcherOf);
  return (urn) => exact.has(urn) || patterns.some((pattern) => pattern.test(urn));
}

function matcherOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (/^\*+$/.test(part)) return part.length > 1 ? ".*" : "[^:]*";
    return part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}
