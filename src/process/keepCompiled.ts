/** How the bundle, which has modules of its own, finds what its loader does at the end. */
const mark = Symbol.for("bitbucket-as-code.keepCompiled");
const marks = globalThis as { [mark]?: () => void };

/** @param keep Keeps what V8 has compiled by then. */
export function onKeepCompiled(keep: () => void): void {
  marks[mark] = keep;
}

/** Keeps what this process has compiled, unless it came from an earlier one. */
export function keepCompiled(): void {
  marks[mark]?.();
}
