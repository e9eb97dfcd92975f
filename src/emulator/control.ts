/** What a test or a demo in another process controls the emulator with. It is not a part of Bitbucket's API. */
import type { FastifyInstance } from "fastify";
import type { Fault } from "./faults";
import type { RecordedRequest } from "./server";
import type { State, Token } from "./state";

export interface Controlled {
  readonly state: State;
  readonly requests: RecordedRequest[];
  addFault(fault: Fault): unknown;
  clearFaults(): void;
  snapshot(): string;
  restore(snapshot: string): void;
  reset(): void;
}

export function controlRoutes(server: FastifyInstance, emulator: Controlled): void {
  server.get("/_emulator/requests", async () => emulator.requests);
  server.delete("/_emulator/requests", async (_request, reply) => {
    emulator.requests.length = 0;
    return reply.code(204).send();
  });
  server.post("/_emulator/faults", async (request, reply) => {
    emulator.addFault(request.body as Fault);
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
  server.post("/_emulator/tokens", async (request, reply) => {
    emulator.state.tokens.push(request.body as Token);
    return reply.code(204).send();
  });
}
