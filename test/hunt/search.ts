/**
 * Finds secrets in the remains of a test run: programs' arguments and output, files, requests and the list of
 * processes.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { UsedSecret } from "./secrets";

export interface LeakedSecret {
  readonly secret: UsedSecret;
  /** The file, relative to the searched folder. */
  readonly file: string;
  /** For a program's file: the test that started it, and its arguments with its name. */
  readonly program?: { readonly test: string; readonly args: readonly string[] } | undefined;
  /** The surrounding text, without the secret itself. */
  readonly context: string;
}

/** The minimum length of a form that is searched by itself. */
const shortest = 8;

/**
 * A secret in the forms a text may contain: plain, in JSON, in a URL, in base64 at each of three positions.
 * For several lines, the longest one.
 */
export function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).map((one) => one.trim());
  const [line = ""] = lines.filter((one) => !one.startsWith("-----")).sort((a, b) => b.length - a.length);
  if (line.length < shortest) return [];
  const forms = [line, JSON.stringify(line).slice(1, -1), encodedURI(line)];
  for (const before of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    // The characters at both ends depend on the neighbours of the secret.
    const inner = bytes
      .toString("base64")
      .replace(/=+$/, "")
      .slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1);
    if (inner.length > shortest) forms.push(inner);
  }
  return [...new Set(forms)].filter((form) => !/[\n\r\0]/.test(form));
}

function encodedURI(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate.
    return text;
  }
}

/** The number of characters to show on either side. */
const contextLength = 60;

/**
 * @param paths Files and folders in `folder`. Links are not followed. Compressed or encrypted content is not
 * read.
 */
export async function findSecrets(
  folder: string,
  paths: readonly string[],
  secrets: readonly UsedSecret[],
): Promise<readonly LeakedSecret[]> {
  const byForm = new Map(
    secrets.flatMap((secret) => formsOf(secret.value).map((form) => [form, secret] as const)),
  );
  const files = paths.flatMap((path) => filesIn(folder, path));
  if (byForm.size === 0 || files.length === 0) return [];
  const forms = join(folder, "forms.txt");
  writeFileSync(forms, [...byForm.keys()].join("\n"), { mode: 0o600 });
  const lines = await grep(folder, forms, files);
  const found = new Map<string, LeakedSecret>();
  for (const line of lines) {
    const [file = "", rest = ""] = line.split("\0");
    const at = rest.indexOf(":");
    const [offset, form] = [Number(rest.slice(0, at)), rest.slice(at + 1)];
    const secret = byForm.get(form);
    if (!secret) throw new Error(`grep found what was not looked for: ${rest}`);
    const key = `${file}\0${secret.value}`;
    if (!found.has(key))
      found.set(key, {
        secret,
        file,
        program: file.startsWith("programs/") ? programOf(join(folder, file)) : undefined,
        context: contextOf(join(folder, file), offset, form, secret),
      });
  }
  return [...found.values()];
}

/** The files at a path, by their paths below `folder`. Links, sockets and what is gone are none. */
function filesIn(folder: string, path: string): readonly string[] {
  const found = statSync(join(folder, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.isFile() ? [path] : [];
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const here = join(path, entry.name);
    if (entry.isDirectory()) return filesIn(folder, here);
    return entry.isFile() ? [here] : [];
  });
}

/** As many files a program are searched at once. */
const batch = 500;

/**
 * The lines that grep prints: the file, a zero byte, the place and the form. It looks for thousands of strings in one
 * pass over gigabytes; each processor runs one.
 */
async function grep(folder: string, forms: string, files: readonly string[]): Promise<readonly string[]> {
  const options = ["-a", "-o", "-b", "-H", "-Z", "-F", "-f", forms, "--"];
  const batches = Array.from({ length: Math.ceil(files.length / batch) }, (_, index) =>
    files.slice(index * batch, (index + 1) * batch),
  ).values();
  const lines: string[] = [];
  const work = async () => {
    for (const some of batches) {
      const child = spawn("grep", [...options, ...some], {
        cwd: folder,
        env: { ...process.env, LC_ALL: "C" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const [output, errors]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
      const status = await new Promise<number | null>((done, fail) => {
        child.on("error", fail);
        child.on("close", done);
      });
      // 1: nothing found.
      if (status === null || status > 1) throw new Error(`grep: ${Buffer.concat(errors)}`);
      lines.push(...Buffer.concat(output).toString("utf8").split("\n").filter(Boolean));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return lines;
}

function programOf(file: string): LeakedSecret["program"] {
  const [test = "", args = "[]"] = readFileSync(file, "utf8").split("\n");
  return { test, args: z.array(z.string()).parse(JSON.parse(args)) };
}

function contextOf(file: string, offset: number, form: string, secret: UsedSecret): string {
  const from = Math.max(0, offset - contextLength);
  const buffer = Buffer.alloc(offset - from + Buffer.byteLength(form) + contextLength);
  const handle = openSync(file, "r");
  const read = readSync(handle, buffer, 0, buffer.length, from);
  closeSync(handle);
  let text = buffer.subarray(0, read).toString("utf8");
  for (const one of formsOf(secret.value)) text = text.replaceAll(one, "***");
  return text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "·");
}
