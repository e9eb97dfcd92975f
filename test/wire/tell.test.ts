/** What a plugin tells its engine, held against a server of gRPC that is not ours. */
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { inform, reportError, warn } from "../../src/wire/tell";
import { grpc } from "../support/grpc";

interface Line {
  readonly severity: number;
  readonly message: string;
  readonly urn: string;
}

let refuses = false;

/** An engine at an address of its own, that keeps what it is told. */
async function startEngine(): Promise<{ address: string; lines: Line[]; stop: () => void }> {
  const lines: Line[] = [];
  const server = new grpc.Server();
  type Request = { request: { getSeverity(): number; getMessage(): string; getUrn(): string } };
  server.addService({ log: EngineService.log } as never, {
    log: ({ request }: Request, answer: (error: object | null, response?: Empty) => void) => {
      if (refuses) return answer({ code: 13, message: "the run is over" });
      lines.push({
        severity: request.getSeverity(),
        message: request.getMessage(),
        urn: request.getUrn(),
      });
      answer(null, new Empty());
    },
  });
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, lines, stop: () => server.forceShutdown() };
}

let printed: string[];
beforeEach(() => {
  printed = [];
  refuses = false;
  jest.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => jest.restoreAllMocks());

test("lines reach the engine with their severity and resource, in the order of their sending", async () => {
  const { address, lines, stop } = await startEngine();
  const urn = "urn:pulumi:s::p::bitbucket-cloud:index:Webhook::api:ci";
  await inform("repository “api” was adopted\n1 change", { engine: address, urn });
  await warn("The rate limit is reached: waiting 3 min.", { engine: address });
  await reportError("100 % refused", { engine: address });
  expect(lines).toEqual([
    { severity: 1, message: "repository “api” was adopted\n1 change", urn },
    { severity: 2, message: "The rate limit is reached: waiting 3 min.", urn: "" },
    { severity: 3, message: "100 % refused", urn: "" },
  ]);
  expect(printed).toEqual([]);
  stop();
});

test("the engines of several shards are each told their own", async () => {
  const [one, other] = await Promise.all([startEngine(), startEngine()]);
  await Promise.all([
    inform("of one", { engine: one.address }),
    inform("of the other", { engine: other.address }),
    inform("again of one", { engine: one.address }),
  ]);
  expect(one.lines.map(({ message }) => message).sort()).toEqual(["again of one", "of one"]);
  expect(other.lines.map(({ message }) => message)).toEqual(["of the other"]);
  one.stop();
  other.stop();
});

test("a line is printed where no engine takes it: none, one that is gone, one that refuses", async () => {
  await inform("no engine", { engine: undefined });
  await inform("an argument of another kind", { engine: "--attach" });
  const { address, lines, stop } = await startEngine();
  refuses = true;
  await inform("refused", { engine: address });
  stop();
  await inform("gone", { engine: address });
  expect(lines).toEqual([]);
  expect(printed).toEqual(["no engine", "an argument of another kind", "refused", "gone"]);
});
