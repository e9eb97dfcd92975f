/** The bodies of requests: JSON, and forms with files. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "./errors";
import type { Fault } from "./faults";
import { contentOf, type StoredContent } from "./gitObjects";
import { applyFormFaults, applyIgnoringFaults } from "./notApplied";
import type { Call, FormFile } from "./server";

interface ReadForm {
  readonly form: readonly (readonly [name: string, value: StoredContent])[];
  readonly files: readonly FormFile[];
}

export function addBodyParsers(server: FastifyInstance): void {
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, String(text).trim() === "" ? {} : JSON.parse(String(text)));
    } catch {
      done(new Refusal(400, "Bad request: the body is not JSON"));
    }
  });
  for (const type of ["multipart/form-data", "application/x-www-form-urlencoded"])
    server.addContentTypeParser(type, { parseAs: "buffer" }, (request, body, done) => {
      readForm(body as Buffer, request.headers["content-type"] ?? "").then(
        (form) => done(null, form),
        () => done(new Refusal(400, "Bad request: the form cannot be read")),
      );
    });
}

async function readForm(body: Buffer, type: string): Promise<ReadForm> {
  const sent = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const form = [...sent.entries()].map(
    async ([name, value]) =>
      [name, typeof value === "string" ? value : contentOf(Buffer.from(await value.arrayBuffer()))] as const,
  );
  const files = [...sent.entries()].flatMap(([field, value]) =>
    typeof value === "string" ? [] : [{ field, name: value.name, blob: value }],
  );
  return {
    form: await Promise.all(form),
    files: await Promise.all(
      files.map(async ({ blob, ...file }) => ({ ...file, content: Buffer.from(await blob.arrayBuffer()) })),
    ),
  };
}

/** What a handler gets of the body, without what faults ignore. */
export function bodyOf(
  { body = {}, headers }: FastifyRequest,
  faults: readonly Fault[],
): Pick<Call, "body" | "form" | "files"> {
  const type = headers["content-type"] ?? "";
  const isForm = /form/.test(type);
  const read = (isForm ? (body ?? {}) : applyIgnoringFaults(body ?? {}, faults)) as Record<string, unknown>;
  const form = isForm && Array.isArray(read.form) ? (read.form as [string, StoredContent][]) : [];
  const files = /form-data/.test(type) && Array.isArray(read.files) ? (read.files as FormFile[]) : [];
  return { body: read, ...applyFormFaults({ form, files }, faults) };
}
