/**
 * Fields of the command line, as a query or a body: `-f name=api -F is_private=true -f project[key]=PLAT`.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { FormData } from "undici";
import type { ApiRequest } from "../../bitbucket";
import { codeOf } from "../../errors";
import { UsageError } from "../shared/project";
import type { ApiOptions } from ".";

interface ApiField {
  /** `project[key]` is `["project", "key"]`; an empty part appends to a list. */
  readonly key: readonly string[];
  readonly value: unknown;
}

export function fieldsOf(raw: readonly string[], typed: readonly string[]): ApiField[] {
  const parse = (text: string, read: (text: string) => unknown): ApiField => {
    const at = text.indexOf("=");
    const [name, ...rest] = text.slice(0, Math.max(0, at)).split("[");
    if (!name || rest.some((part) => !part.endsWith("]")))
      throw new UsageError(`"${text}" is not a field: use key=value, key[part]=value or key[]=value.`);
    return { key: [name, ...rest.map((part) => part.slice(0, -1))], value: read(text.slice(at + 1)) };
  };
  return [
    ...raw.map((text) => parse(text, (value) => value)),
    ...typed.map((text) => parse(text, typedValue)),
  ];
}

function typedValue(text: string): unknown {
  if (text.startsWith("@")) return contentOf(text.slice(1)).toString("utf8");
  const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
  if (Object.hasOwn(words, text)) return words[text];
  return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

/** The fields as a query, for requests without a body. Of a repeated key, the last value counts. */
export function queryOf(fields: readonly ApiField[]): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ key, value }) => {
      if (key.length > 1) throw new UsageError(`${key[0]}[…] is for a body: a query has flat keys.`);
      return [key[0] ?? "", String(value)];
    }),
  );
}

/** @throws {UsageError} if more than one kind of body is given. */
export function apiBody(
  { input, form }: Pick<ApiOptions, "input" | "form">,
  fields: readonly ApiField[],
): Pick<ApiRequest, "body" | "raw"> {
  const kinds = [input !== undefined, form.length > 0, fields.length > 0].filter(Boolean).length;
  if (kinds > 1) throw new UsageError("A request has one body: use fields, --form or --input.");
  if (input !== undefined) return { raw: { content: contentOf(input), type: "application/json" } };
  if (form.length > 0) return { raw: { content: formOf(form) } };
  return fields.length > 0 ? { body: nestFields(fields) } : {};
}

function formOf(parts: readonly string[]): FormData {
  const form = new FormData();
  for (const part of parts) {
    const [, name = "", value = ""] = part.match(/^([^=]+)=([\s\S]*)$/) ?? [];
    if (name === "") throw new UsageError(`--form ${part}: use key=value or key=@file.`);
    if (value.startsWith("@")) {
      const file = value.slice(1);
      form.append(name, new Blob([new Uint8Array(contentOf(file))]), basename(file));
    } else form.append(name, value);
  }
  return form;
}

/** Builds objects and lists from the keys. */
function nestFields(fields: readonly ApiField[]): unknown {
  const top: Record<string, unknown> = Object.create(null);
  for (const { key, value } of fields) {
    let holder: Record<string, unknown> | unknown[] = top;
    for (const [index, part] of key.entries()) {
      const last = index === key.length - 1;
      const made = last ? value : key[index + 1] === "" ? [] : Object.create(null);
      if (Array.isArray(holder)) {
        holder.push(made);
        if (!last) holder = made as typeof holder;
        continue;
      }
      if (last) holder[part] = value;
      else {
        const there: unknown = holder[part];
        if (typeof there !== "object" || there === null) holder[part] = made;
        holder = holder[part] as typeof holder;
      }
    }
  }
  return top;
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${codeOf(error) ?? "unknown"}).`);
  }
}
