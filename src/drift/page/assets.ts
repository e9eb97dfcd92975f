/** The page's own files: styles, and scripts that are joined into one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const styles = ["tokens", "layout", "list", "detail", "timeline", "print"];

/** Each after those that it depends on. */
const scripts = ["data", "filter", "diff", "timeline", "detail", "list", "print", "main"];

/** All styles. */
export function styleText(): string {
  return styles.map((name) => asset(`${name}.css`)).join("\n");
}

/**
 * All scripts as one: what they import of each other is already defined, so imports and exports are removed.
 * Their top-level names are unique among them.
 */
export function scriptText(): string {
  return scripts
    .map((name) =>
      asset(`${name}.js`)
        .replace(/^import [^;]*;$/gm, "")
        .replace(/^export /gm, ""),
    )
    .join("\n");
}

function asset(name: string): string {
  return readFileSync(join(__dirname, "assets", name), "utf8");
}
