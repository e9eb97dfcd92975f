/**
 * Finds secrets in the remains of a test run: programs' arguments and output, files, requests and the list of
 * processes.
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
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
export function findSecrets(
  folder: string,
  paths: readonly string[],
  secrets: readonly UsedSecret[],
): readonly LeakedSecret[] {
  const byForm = new Map(
    secrets.flatMap((secret) => formsOf(secret.value).map((form) => [form, secret] as const)),
  );
  const there = paths.filter((path) => existsSync(join(folder, path)));
  if (byForm.size === 0 || there.length === 0) return [];
  const forms = join(folder, "forms.txt");
  writeFileSync(forms, [...byForm.keys()].join("\n"), { mode: 0o600 });
  // grep looks for thousands of strings in one pass over gigabytes.
  const { status, stdout, stderr, error } = spawnSync(
    "grep",
    ["-r", "-a", "-o", "-b", "-H", "-Z", "-F", "-f", forms, ...there],
    { cwd: folder, env: { ...process.env, LC_ALL: "C" }, maxBuffer: 1 << 30 },
  );
  // 1: nothing found.
  if (error || status === null || status > 1) throw error ?? new Error(`grep: ${stderr}`);
  const found = new Map<string, LeakedSecret>();
  for (const line of stdout.toString("utf8").split("\n").filter(Boolean)) {
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
