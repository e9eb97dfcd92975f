/** The generated classes, by path. */
import type { Kind } from "../../kinds/kind";
import { classFile, classFolder, classIndex } from "./classFile";

export function classFiles(kinds: readonly Kind[]): readonly (readonly [path: string, text: string])[] {
  return [
    [`${classFolder}/index.ts`, classIndex(kinds)],
    ...kinds.map((kind) => {
      const { path, text } = classFile(kind);
      return [path, text] as const;
    }),
  ];
}
