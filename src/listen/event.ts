/**
 * What a delivery of Bitbucket's tells. Nothing in it is trusted for more than which repository or project to look
 * at: headers are not part of what is signed, and everything else is read from the API.
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/
 */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { tryRead } from "../errors";
import { toCanonicalUuid } from "../kinds/uuid";

export const eventKeys = [
  "repo:created",
  "repo:updated",
  "repo:deleted",
  "repo:push",
  "project:updated",
] as const;
export type EventKey = (typeof eventKeys)[number];

/** What to look at. */
export interface ListenSubject {
  readonly kind: "repository" | "project";
  /** In braces, in lower case. */
  readonly uuid: string;
}

/** `repository {uuid}` */
export function nameOfSubject({ kind, uuid }: ListenSubject): string {
  return `${kind} ${uuid}`;
}

/** An event of the own workspace. */
export interface ListenEvent {
  /** `X-Request-UUID`: the same in each attempt of one delivery. */
  readonly id: string;
  readonly key: EventKey;
  readonly attempt: number;
  readonly subject: ListenSubject;
  /** Of the body. */
  readonly digest: string;
}

/** The workspace that events must be of, and the repository whose pushes count. */
export interface ListenScope {
  /** The UUID of the workspace. */
  readonly workspace: string;
  /** The UUID of the repository with the YAML. */
  readonly desiredState?: string | undefined;
}

type ParsedEvent =
  | { readonly event: ListenEvent }
  | { readonly ignored: string }
  | { readonly status: 400 | 403; readonly refused: string };

const uuidText = z
  .string()
  .regex(/^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i)
  .transform((text) => toCanonicalUuid(text.startsWith("{") ? text : `{${text}}`));

const subjectSchema = z.object({
  uuid: uuidText,
  workspace: z.object({ uuid: uuidText }).optional(),
  owner: z.object({ uuid: uuidText }).optional(),
});
const repositoryPayload = z.object({ repository: subjectSchema });
const projectPayload = z.object({ project: subjectSchema });

/** Never throws, whatever the headers and the body are. */
export function parseEvent(headers: IncomingHttpHeaders, body: Buffer, scope: ListenScope): ParsedEvent {
  const id = uuidText.safeParse(headers["x-request-uuid"]);
  if (!id.success) return { status: 400, refused: "X-Request-UUID is missing or no UUID" };
  const attempt = parseAttempt(headers["x-attempt-number"]);
  if (attempt === undefined) return { status: 400, refused: "X-Attempt-Number is no number" };
  const given = headers["x-event-key"];
  if (typeof given !== "string") return { status: 400, refused: "X-Event-Key is missing" };
  const key = eventKeys.find((one) => one === given);
  if (!key) return { ignored: "an event of another type" };
  const payload = tryRead<unknown>(() => JSON.parse(body.toString("utf8")));
  if (payload === undefined) return { status: 400, refused: "the body is not JSON" };
  const kind = key === "project:updated" ? "project" : "repository";
  const parsed =
    kind === "project"
      ? projectPayload.safeParse(payload).data?.project
      : repositoryPayload.safeParse(payload).data?.repository;
  if (!parsed) return { status: 400, refused: `the payload names no ${kind}` };
  // The owner of a repository is the workspace, as an account.
  const workspace = parsed.workspace?.uuid ?? parsed.owner?.uuid;
  if (workspace === undefined) return { status: 400, refused: "the payload names no workspace" };
  if (workspace !== scope.workspace) return { status: 403, refused: "an event of another workspace" };
  if (key === "repo:push" && parsed.uuid !== scope.desiredState)
    return { ignored: "a push to another repository than the one with the YAML" };
  const digest = createHash("sha256").update(body).digest("hex");
  return {
    event: { id: id.data.slice(1, -1), key, attempt, subject: { kind, uuid: parsed.uuid }, digest },
  };
}

function parseAttempt(text: string | string[] | undefined): number | undefined {
  if (text === undefined) return 1;
  return typeof text === "string" && /^[1-9]\d{0,2}$/.test(text) ? Number(text) : undefined;
}
