/** Lets a test or a demo in another process control the emulator. It is not part of Bitbucket's API. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { type Fault, faultSchema } from "./faults";
import type { RecordedRequest } from "./server";
import type { State, Token } from "./state";

const newTokenSchema = z.strictObject({
  /** The name under which its requests are recorded. */
  name: z.string(),
  kind: z.enum([
    "api_token",
    "workspace_access_token",
    "project_access_token",
    "repo_access_token",
    "oauth",
    "app_password",
  ]),
  /** Granular for API tokens, legacy for the others. "*" is every scope. */
  scopes: z.array(z.string()),
  /** Default: a random one. */
  secret: z.string().optional(),
  user: z.string().optional(),
  workspace: z.string().optional(),
  project: z.string().optional(),
  repository: z.string().optional(),
  expired: z.boolean().optional(),
  revoked: z.boolean().optional(),
  expires_at: z.number().optional(),
});

/** Changes a workspace's slug. */
const renamingSchema = z.strictObject({ from: z.string(), to: z.string().regex(/^[a-z0-9_-]+$/) });

/** A credential to create. Its owner is as in {@link Token}. */
export type NewToken = Readonly<z.infer<typeof newTokenSchema>>;

export function tokenFrom(token: NewToken): Token {
  return { ...token, scopes: [...token.scopes], secret: token.secret ?? randomUUID() };
}

interface Controlled {
  readonly state: State;
  readonly requests: RecordedRequest[];
  createToken(token: NewToken): Token;
  renameWorkspace(from: string, to: string): void;
  addFault(fault: Fault): unknown;
  clearFaults(): void;
  snapshot(): string;
  restore(snapshot: string): void;
  reset(): void;
}

export function addControlRoutes(server: FastifyInstance, emulator: Controlled): void {
  server.get("/_emulator/requests", async () => emulator.requests);
  server.delete("/_emulator/requests", async (_request, reply) => {
    emulator.requests.length = 0;
    return reply.code(204).send();
  });
  server.post("/_emulator/faults", async (request, reply) => {
    const fault = faultSchema.safeParse(request.body);
    if (!fault.success) return refuseInput(reply, fault.error);
    emulator.addFault(fault.data);
    return reply.code(204).send();
  });
  server.delete("/_emulator/faults", async (_request, reply) => {
    emulator.clearFaults();
    return reply.code(204).send();
  });
  server.get("/_emulator/snapshot", async (_request, reply) =>
    reply.type("application/json").send(emulator.snapshot()),
  );
  server.post("/_emulator/snapshot", async (request, reply) => {
    emulator.restore(JSON.stringify(request.body));
    return reply.code(204).send();
  });
  server.post("/_emulator/reset", async (_request, reply) => {
    emulator.reset();
    return reply.code(204).send();
  });
  server.post("/_emulator/workspaces", async (request, reply) => {
    const renaming = renamingSchema.safeParse(request.body);
    if (!renaming.success) return refuseInput(reply, renaming.error);
    const { from, to } = renaming.data;
    const known = emulator.state.workspaces;
    if (!known.has(from) || known.has(to))
      return reply
        .code(409)
        .send({ type: "error", error: { message: `${from} cannot be renamed to ${to}` } });
    emulator.renameWorkspace(from, to);
    return reply.code(204).send();
  });
  server.post("/_emulator/tokens", async (request, reply) => {
    const token = newTokenSchema.safeParse(request.body);
    if (!token.success) return refuseInput(reply, token.error);
    return reply.code(201).send({ secret: emulator.createToken(token.data).secret });
  });
}

function refuseInput(reply: FastifyReply, error: z.ZodError): FastifyReply {
  return reply.code(400).send({ type: "error", error: { message: z.prettifyError(error) } });
}
