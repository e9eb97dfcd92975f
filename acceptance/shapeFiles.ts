/** Recorded shapes: a file for each collection of the API, so that a change of one is easy to read. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type AnswerShape, answerShapeSchema, type Shapes } from "./shape";

const fileSchema = z.strictObject({
  /** The day of the latest recording. */
  recorded: z.string(),
  answers: z.record(z.string(), answerShapeSchema),
});

/** The recorded shapes in a folder: none if it does not exist. */
export function readShapes(folder: string): Shapes {
  const shapes: Record<string, AnswerShape> = {};
  for (const name of filesIn(folder))
    Object.assign(shapes, fileSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))).answers);
  return shapes;
}

/** Adds shapes to those in a folder and replaces older ones of the same operation and status. */
export function writeShapes(folder: string, shapes: Shapes, date: string): void {
  const all: Shapes = { ...readShapes(folder), ...shapes };
  const files = new Map<string, Record<string, AnswerShape>>();
  for (const key of Object.keys(all).sort()) {
    const name = fileOf(key);
    const file = files.get(name) ?? {};
    if (all[key]) file[key] = all[key];
    files.set(name, file);
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, answers] of files)
    writeFileSync(join(folder, name), `${JSON.stringify({ recorded: date, answers }, undefined, 2)}\n`);
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** `GET /repositories/{}/{}/hooks/{} 200` is in `repositories.hooks.json`. */
function fileOf(key: string): string {
  const words = (key.split(" ")[1] ?? "").split("/").filter((part) => part !== "" && part !== "{}");
  return `${words.slice(0, 3).join(".") || "root"}.json`;
}
