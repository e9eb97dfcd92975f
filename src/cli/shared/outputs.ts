/** Where the reports of a command go: files, and standard output. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidArgumentError } from "commander";
import { makeFolder } from "../../drift/folder";
import { messageOf, UserError } from "../../errors";
import { replaceFile } from "../../process/replaceFile";
import { printJson } from "./output/print";
import { UsageError } from "./project";

/** A report to write, and its destination: a path, or `-` for standard output. */
export interface Output<Format extends string> {
  readonly format: Format;
  readonly path: string;
}

/** Parses `html=drift.html,json=drift.json`, of these formats. */
export function outputCollector<Format extends string>(formats: readonly Format[]) {
  return (text: string, before: readonly Output<Format>[]): readonly Output<Format>[] => {
    const parsed = text.split(",").map((part): Output<Format> => {
      const at = part.indexOf("=");
      const format = formats.find((name) => name === part.slice(0, at));
      const path = part.slice(at + 1);
      if (at < 0 || !format || path === "")
        throw new InvalidArgumentError(
          `Write one of ${formats.join(", ")} and a path: ${formats[0]}=report.${formats[0]}.`,
        );
      return { format, path };
    });
    return [...before, ...parsed];
  };
}

/**
 * Checks that the reports can be written before anything is read. Creates missing folders.
 *
 * @param json Whether standard output is already in use.
 * @throws {UsageError} if they cannot be written.
 */
export function checkOutputs(written: readonly Output<string>[], json: boolean): void {
  const printed = written.filter(({ path }) => path === "-");
  if (printed.length + (json ? 1 : 0) > 1)
    throw new UsageError(
      `Only one report can be written to standard output: use ${[...(json ? ["--json"] : []), ...printed.map(({ format }) => `${format}=-`)].join(" or ")}, and a path for the others.`,
    );
  for (const { format, path } of written) {
    if (path === "-") continue;
    try {
      const folder = dirname(path);
      makeFolder(folder);
      accessSync(folder, constants.W_OK);
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new UserError("it is a folder");
    } catch (error) {
      const reason = messageOf(error);
      throw new UsageError(`The ${format} report cannot be written to ${path}: ${reason}. Use another path.`);
    }
  }
}

/**
 * Writes the reports. Files are replaced atomically: a concurrent reader sees either the old or the new one.
 *
 * @param render Returns a report in a format.
 */
export function writeOutputs<Format extends string>(
  written: readonly Output<Format>[],
  render: (format: Format) => string,
): void {
  for (const { format, path } of written) {
    const text = render(format);
    if (path === "-") process.stdout.write(text);
    else replaceFile(path, text);
  }
}

/** What a command has to say, in each of the ways that its options ask for. */
interface ReportTexts<Format extends string> {
  readonly json: () => string;
  /** For the terminal. */
  readonly text: () => string;
  readonly render: (format: Format) => string;
}

/** Prints a report, as JSON or unless another one is printed to standard output, and writes those to files. */
export function showReport<Format extends string>(
  options: { readonly json?: boolean; readonly report: readonly Output<Format>[] },
  { json, text, render }: ReportTexts<Format>,
): void {
  const { report: outputs } = options;
  if (options.json) printJson(json());
  else if (!outputs.some(({ path }) => path === "-")) process.stdout.write(`${text()}\n`);
  writeOutputs(outputs, render);
  for (const { format, path } of outputs)
    if (path !== "-") process.stderr.write(`Wrote the ${format} report to ${path}\n`);
}

/** The page of a pipeline's run, which has its artifacts. */
export function pipelineLink(env: NodeJS.ProcessEnv): string | undefined {
  const { BITBUCKET_REPO_FULL_NAME: repository, BITBUCKET_BUILD_NUMBER: build } = env;
  return repository && build ? `https://bitbucket.org/${repository}/pipelines/results/${build}` : undefined;
}

/** Parses the address of a page. */
export function webAddress(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("Use a URL that starts with https://.");
}
