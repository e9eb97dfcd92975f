/**
 * Git's smart HTTP protocol, with `git http-backend` over the bare repositories.
 * https://git-scm.com/docs/http-protocol
 */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { allowRepository, type Principal, workspaceOf } from "./access";
import type { EmittedEvent } from "./deliveries";
import { Refusal } from "./errors";
import { emitPush, readHeads } from "./events";
import type { Faults } from "./faults";
import { checkGitScopes, gitPrincipal, unseen } from "./gitAccess";
import { gitEnvironment } from "./gitProcess";
import { rulesFor } from "./gitPushRules";
import type { GitStore } from "./gitStore";
import type { RecordedRequest } from "./server";
import { findRepository } from "./shared";
import type { Repository, State, Workspace } from "./state";

interface GitParts {
  state(): State;
  readonly git: GitStore;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly emit: (event: EmittedEvent) => void;
  readonly now: () => number;
  readonly changed: (path: string) => void;
  readonly log: (line: string) => void;
}

const services = ["git-upload-pack", "git-receive-pack"] as const;
type Service = (typeof services)[number];

export function addGitRoutes(server: FastifyInstance, parts: GitParts): void {
  // Packs are not held in memory: they are streamed to git.
  for (const service of services)
    server.addContentTypeParser(`application/x-${service}-request`, (_request, payload, done) =>
      done(null, payload),
    );
  server.get("/:workspace/:repository/info/refs", (request, reply) => {
    const asked = new URL(request.url, "http://emulator").searchParams.get("service");
    const service = services.find((one) => one === asked);
    return answer(parts, request, reply, service, "info/refs");
  });
  for (const service of services)
    server.post(`/:workspace/:repository/${service}`, (request, reply) =>
      answer(parts, request, reply, service, service),
    );
}

async function answer(
  parts: GitParts,
  request: FastifyRequest,
  reply: FastifyReply,
  service: Service | undefined,
  path: string,
): Promise<FastifyReply> {
  const began = parts.now();
  let principal: Principal | undefined;
  const record = (status: number) =>
    parts.requests.push({
      method: request.method,
      path: request.url,
      status,
      credential: principal?.token.name ?? "none",
      at: new Date(began).toISOString(),
    });
  try {
    for (const fault of parts.faults.hit(request.method, request.url)) {
      if (fault.kind === "latency") await delay(fault.milliseconds ?? 0, reply);
      if (fault.kind === "status") throw new Refusal(fault.status ?? 500, "Something went wrong");
      if (fault.kind === "drop-before") {
        reply.hijack();
        request.raw.socket.destroy();
        record(0);
        return reply;
      }
    }
    // Without a service it is git's old protocol, which Bitbucket does not support.
    if (!service) throw new Refusal(403, "Please upgrade your git client.");
    const write = service === "git-receive-pack";
    principal = gitPrincipal(parts.state(), request.headers.authorization, began);
    const { owner, found } = repositoryFor(parts.state(), request, principal, write);
    const bare = await parts.git.openBare(found);
    bare.head(found.mainbranch);
    reply.hijack();
    await backend({ folder: bare.folder, parts, request, reply, path, service, owner, found, principal });
    record(reply.raw.statusCode);
    return reply;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    record(error.status);
    if (error.status === 401) reply.header("www-authenticate", 'Basic realm="Bitbucket.org HTTP"');
    return reply.code(error.status).type("text/plain").send(`${error.message}\n`);
  }
}

/** Waits, unless the caller disconnects meanwhile. */
function delay(milliseconds: number, reply: FastifyReply): Promise<void> {
  return new Promise((go) => {
    const timer = setTimeout(go, milliseconds);
    reply.raw.once("close", () => {
      clearTimeout(timer);
      go();
    });
  });
}

/** The repository of the path, if the principal may read it, or write to it. */
function repositoryFor(
  state: State,
  request: FastifyRequest,
  principal: Principal | undefined,
  write: boolean,
): { readonly owner: Workspace; readonly found: Repository } {
  const { workspace = "", repository = "" } = request.params as Record<string, string>;
  const owner = state.workspaces.get(workspace.toLowerCase());
  const found = owner && findRepository(owner, repository.replace(/\.git$/, ""));
  if (!principal) {
    if (owner && found && !found.is_private && !write) return { owner, found };
    throw new Refusal(401, unseen);
  }
  checkGitScopes(principal, write);
  if (!owner || !found) throw new Refusal(404, unseen);
  try {
    if (found.is_private || write) workspaceOf(state, principal, owner.slug);
    allowRepository(principal, owner, found, write ? "write" : "read");
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) throw new Refusal(404, unseen);
    throw error;
  }
  return { owner, found };
}

interface Exchange {
  readonly folder: string;
  readonly parts: GitParts;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly path: string;
  readonly service: Service;
  readonly owner: Workspace;
  readonly found: Repository;
  readonly principal: Principal | undefined;
}

/** The variables that CGI passes a request in. */
function cgiEnvironment({
  folder,
  request,
  path,
  service,
  owner,
  found,
  principal,
}: Exchange): NodeJS.ProcessEnv {
  const { headers } = request;
  return {
    ...gitEnvironment,
    GIT_PROJECT_ROOT: folder,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${path}`,
    REQUEST_METHOD: request.method,
    QUERY_STRING: path === "info/refs" ? `service=${service}` : "",
    CONTENT_TYPE: headers["content-type"] ?? "",
    REMOTE_USER: principal?.user?.nickname ?? principal?.token.name ?? "",
    REMOTE_ADDR: "127.0.0.1",
    ...(headers["content-length"] ? { CONTENT_LENGTH: headers["content-length"] } : {}),
    ...(headers["content-encoding"] ? { HTTP_CONTENT_ENCODING: headers["content-encoding"] } : {}),
    ...(typeof headers["git-protocol"] === "string" ? { GIT_PROTOCOL: headers["git-protocol"] } : {}),
    ...(path === "git-receive-pack" && principal
      ? { EMULATOR_RULES: rulesFor(owner, found, principal) }
      : {}),
  };
}

/**
 * Runs `git http-backend` as a CGI program. The end of a push's response waits until REST shows the pushed
 * commits.
 */
function backend(exchange: Exchange): Promise<void> {
  const { parts, request, reply, path, owner, found, principal } = exchange;
  const push = path === "git-receive-pack";
  const before = readHeads(found);
  const child = spawn("git", ["http-backend"], { env: cgiEnvironment(exchange) });
  const out = reply.raw;
  // A caller who disconnects ends git as well.
  out.on("close", () => child.kill());
  child.stdin.on("error", () => {});
  if (push || path === "git-upload-pack") request.raw.pipe(child.stdin);
  else child.stdin.end();
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  passOn(child.stdout, out);
  return new Promise((resolve) => {
    const end = (problem?: string) => {
      if (problem !== undefined) parts.log(problem);
      if (!out.headersSent && !out.destroyed) out.writeHead(500, { "content-type": "text/plain" });
      out.end();
      resolve();
    };
    const finish = async () => {
      if (push) {
        await parts.git.recordPush(found, new Date(parts.now()).toISOString().replace("Z", "000+00:00"));
        parts.changed(request.url);
        const url = new URL(`${request.protocol}://${request.host}`);
        emitPush({ url, principal, emit: parts.emit }, owner, found, before);
      }
      const isAnswered = out.headersSent || out.destroyed;
      end(isAnswered ? undefined : `git http-backend gave no answer: ${complaint.trim()}`);
    };
    const fail = (error: Error) => end(`git http-backend failed: ${error.message}`);
    child.on("error", fail);
    child.on("close", () => void finish().catch(fail));
  });
}

/** Passes a CGI response on: its header, then its body. */
function passOn(output: Readable, out: FastifyReply["raw"]): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  output.on("data", (chunk: Buffer) => {
    let body = chunk;
    if (head) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      writeHead(out, head.subarray(0, end).toString());
      body = head.subarray(end + 4);
      head = undefined;
    }
    if (body.length > 0 && !out.write(body)) {
      output.pause();
      out.once("drain", () => output.resume());
    }
  });
}

/** Writes the header of a CGI response. */
function writeHead(out: FastifyReply["raw"], text: string): void {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else out.setHeader(name, value);
  }
  out.writeHead(status);
}
