/** Prints and saves the responses of `api`. */
import {
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { pipeline } from "node:stream/promises";
import {
  type ApiResponse,
  BitbucketError,
  type Client,
  type DownloadStream,
  type OpenOptions,
} from "../../bitbucket";
import { replaceUnprintable, unicodeEscape } from "../../bitbucket/printable";
import { messageOf } from "../../errors";
import { formatCount } from "../../errors/count";
import { startProgress } from "../shared/progress";
import { UsageError } from "../shared/project";
import { selectWithJq } from "./jq";

export interface AnswerOptions {
  readonly include?: boolean;
  readonly jq?: string;
  readonly silent?: boolean;
}

export async function printAnswer(
  { status, headers, body }: ApiResponse,
  shown: AnswerOptions,
): Promise<void> {
  printHead(status, headers, shown);
  await printText(typeof body === "string" ? body : "", shown);
}

/** Prints all pages as one, so that the same filter fits one page and all of them. */
export async function printPages(
  pages: AsyncIterable<readonly unknown[]>,
  shown: AnswerOptions,
): Promise<void> {
  const values: unknown[] = [];
  for await (const page of pages) values.push(...page);
  await printText(JSON.stringify({ values }), shown);
}

/**
 * Prints JSON formatted, and everything else byte by byte as it arrives. For a terminal only, control,
 * bidirectional and invisible characters are escaped.
 */
export async function printOpened(
  { status, headers, body }: DownloadStream,
  shown: AnswerOptions,
): Promise<void> {
  printHead(status, headers, shown);
  const isText = shown.jq !== undefined || /\bjson\b/.test(headers["content-type"] ?? "");
  if (shown.silent) {
    for await (const _ of body);
    return;
  }
  if (!isText && !process.stdout.isTTY) return pipeline(body, process.stdout, { end: false });
  if (!isText) return pipeline(body, escapedText, process.stdout, { end: false });
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(Buffer.from(part as Uint8Array));
  await printText(Buffer.concat(parts).toString("utf8"), shown);
}

function printHead(
  status: number,
  headers: Readonly<Record<string, string>>,
  { include }: AnswerOptions,
): void {
  if (!include) return;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  write(`HTTP ${status}\n${lines.join("\n")}\n\n`);
}

async function printText(text: string, { jq, silent }: AnswerOptions): Promise<void> {
  if (silent || text === "") return;
  if (jq !== undefined) {
    const out = await selectWithJq(text, jq);
    if (out !== "") write(`${out}\n`);
    return;
  }
  write(process.stdout.isTTY ? formatJson(text) : text.endsWith("\n") ? text : `${text}\n`);
}

/** Piped output stays unchanged; a terminal gets only what it can show. */
function write(text: string): void {
  process.stdout.write(process.stdout.isTTY ? escapeForTerminal(text) : text);
}

/**
 * Escapes what a terminal must not receive, as `\\u202e`. Tabs and line ends stay; JSON keeps its meaning.
 */
export function escapeForTerminal(text: string): string {
  return replaceUnprintable(text.replace(/\r\n/g, "\n"), "\n\t", unicodeEscape);
}

/** Bytes as text for a terminal. */
async function* escapedText(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const part of source) yield escapeForTerminal(decoder.decode(part, { stream: true }));
  yield escapeForTerminal(decoder.decode());
}

function formatJson(text: string): string {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}

/** How often a download is resumed after its connection broke. */
const maxResumptions = 5;

/**
 * Saves the response to a GET. Received bytes are kept in `<file>.partial`, with the server's validator of
 * the whole file: the rest is appended only if the validator is unchanged.
 */
export async function saveAnswer(
  client: Client,
  path: string,
  options: OpenOptions,
  file: string,
): Promise<void> {
  const [partial, mark] = [`${file}.partial`, `${file}.partial.etag`];
  const shown = startProgress("KB");
  try {
    for (let attempt = 1; ; attempt += 1) {
      const tag = existsSync(mark) && existsSync(partial) ? readFileSync(mark, "utf8") : undefined;
      const from = tag === undefined ? 0 : statSync(partial).size;
      const range: Record<string, string> =
        from > 0 && tag !== undefined ? { range: `bytes=${from}-`, "if-range": tag } : {};
      const opened = await client.open(path, { ...options, headers: { ...options.headers, ...range } });
      if (opened.status === 416) {
        await opened.body.resume().destroy();
        // The file is complete; or the partial file belongs to an earlier version, and everything is read
        // again.
        if (opened.headers["content-range"] === `bytes */${from}`) break;
        rmSync(partial, { force: true });
        rmSync(mark, { force: true });
        continue;
      }
      const { etag } = opened.headers;
      if (etag !== undefined && !etag.startsWith("W/")) writeFileSync(mark, etag);
      else rmSync(mark, { force: true });
      const resumed = opened.status === 206;
      shown.expect(Math.ceil(Number(opened.headers["content-length"] ?? 0) / 1024));
      opened.body.on("data", (chunk: Buffer) => shown.done(chunk.length / 1024));
      const kept = createWriteStream(partial, { flags: resumed ? "a" : "w" });
      // Bytes in flight when the connection broke are still written to the file and count as received.
      const closed = new Promise<void>((done) => kept.once("close", done));
      try {
        await pipeline(opened.body, kept);
        break;
      } catch (error) {
        await closed;
        if (attempt >= maxResumptions || !existsSync(mark)) throw toBrokenAnswerError(error, path, partial);
      }
    }
  } finally {
    shown.stop();
  }
  renameSync(partial, file);
  rmSync(mark, { force: true });
  process.stderr.write(`Saved as ${file}, ${formatCount(statSync(file).size, "byte")}\n`);
}

function toBrokenAnswerError(error: unknown, path: string, partial: string): Error {
  if (error instanceof BitbucketError) return error;
  const why = messageOf(error);
  return new UsageError(
    `GET ${path} was interrupted: ${why}. The partial download is in ${partial}; run the same command again to resume.`,
  );
}
