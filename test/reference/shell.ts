/** The shell commands in the documentation. */
import { blocksIn, readPage } from "./support";

const shellPart =
  /"((?:[^"\\]|\\.)*)"|'([^']*)'|(<[\w-]+>|(?:\\.|[^\s"'|&;<>])+)|(\|\|?|&&?|;|<|>)|(\s+(?:#.*)?)/g;

/** Splits a line as a shell does: quotes, comments, and commands that are joined. */
export function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let isNewWord = true;
  for (const [, double, single, plain, operator] of line.replace(/^#.*/, "").matchAll(shellPart)) {
    const part = double ?? single ?? plain;
    const words = commands.at(-1) ?? [];
    if (operator !== undefined) commands.push([]);
    else if (part !== undefined && isNewWord) words.push(part);
    else if (part !== undefined) words.push(`${words.pop()}${part}`);
    isNewWord = part === undefined;
  }
  return commands;
}

/** The arguments of each call of a program in a line, without variables and `npx` before it. */
export function callsIn(line: string, program: string): string[][] {
  return splitCommands(line).flatMap((words) => {
    const start = words.findIndex((word) => !/^(\w+=.*|npx|--no)$/.test(word));
    // A name alone is that of the package.
    return words[start] === program && words.length > start + 1 ? [words.slice(start + 1)] : [];
  });
}

export interface DocumentedCall {
  readonly page: string;
  readonly line: string;
  readonly args: readonly string[];
  /** In the text, where the name of a command or option may stand without its values. */
  readonly isInText: boolean;
}

/** The calls of a program in the blocks of a page, in the scripts of its pipelines, and in its text. */
export function documentedCalls(page: string, program: string): DocumentedCall[] {
  const lines = blocksIn(page, "sh", "bash").flatMap((block) => block.replaceAll("\\\n", " ").split("\n"));
  const scripts = blocksIn(page, "yaml").flatMap((block) =>
    [...block.matchAll(/script: \[([^\]]*)\]/g)].flatMap(([, list = ""]) => list.split(",")),
  );
  const texts = [...readPage(page).matchAll(/`([^`\n]+)`/g)]
    .map(([, text = ""]) => text)
    // Without placeholders.
    .filter((text) => !/[[<…|]/.test(text));
  const found = (given: readonly string[], isInText: boolean) =>
    given
      .flatMap((line) => callsIn(line.trim(), program))
      .map((args) => ({ page, line: args.join(" "), args, isInText }));
  return [...found([...lines, ...scripts], false), ...found(texts, true)];
}
