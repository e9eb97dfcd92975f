/** The server of calls, held against the clients of gRPC and of HTTP/2. */
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import * as messages from "../../src/wire/messages";
import { type AnswerCall, type Serving, serveCalls } from "../../src/wire/server";
import { CallFailure } from "../../src/wire/status";
import { grpc } from "../support/grpc";

let serving: Serving;
let client: ResourceProviderClient;
let answer: AnswerCall;
beforeAll(async () => {
  const calls = new Map<string, AnswerCall>([
    ["/pulumirpc.ResourceProvider/GetSchema", (connection, body) => answer(connection, body)],
  ]);
  serving = await serveCalls(calls, (error) =>
    error instanceof CallFailure ? error.status : { code: 2, message: String(error) },
  );
  client = new ResourceProviderClient(`127.0.0.1:${serving.port}`, grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
});
afterAll(() => {
  (client as unknown as { close(): void }).close();
  serving.close();
});

const ask = (request = new provider.GetSchemaRequest()) =>
  new Promise<string>((done, fail) => {
    client.getSchema(request, (error, response) => (error ? fail(error) : done(response.getSchema())));
  });

test("a message of many windows arrives whole, in both directions, beside others", async () => {
  const long = "é".repeat(1_500_000);
  answer = async (_, body) => {
    const request = provider.GetSchemaRequest.deserializeBinary(body);
    return [messages.schemaResponse.encode({ schema: `${request.getSubpackageName().length} ${long}` })];
  };
  const request = new provider.GetSchemaRequest();
  request.setSubpackageName("x".repeat(2_000_000));
  const all = await Promise.all([ask(request), ask(), ask(request)]);
  expect(all.map((one) => [one.length, one.slice(0, 8).trim().split(" ")[0]])).toEqual([
    [long.length + 8, "2000000"],
    [long.length + 2, "0"],
    [long.length + 8, "2000000"],
  ]);
});

test("an error keeps its text, whatever is in it, and its details", async () => {
  const message = "100 % of “it”\nfailed";
  const details = messages.rpcStatus.encode({
    code: 2,
    message,
    details: [{ typeUrl: "a/b", value: Buffer.from("c") }],
  });
  answer = () => Promise.reject(new CallFailure({ code: 2, message, details }, undefined));
  const error = await ask().catch((thrown: ServiceError) => thrown);
  expect(error).toMatchObject({ code: 2, details: message });
  const [packed] = (error as ServiceError).metadata.get("grpc-status-details-bin");
  expect(Status.deserializeBinary(packed as Buffer).toObject()).toEqual({
    code: 2,
    message,
    detailsList: [{ typeUrl: "a/b", value: Buffer.from("c").toString("base64") }],
  });
});

test("an error that takes more than one frame arrives", async () => {
  answer = () => Promise.reject("long ".repeat(8_000));
  await expect(ask()).rejects.toMatchObject({ code: 2, details: "long ".repeat(8_000) });
});

test("a call that is unknown is unimplemented, as the engine expects of an older provider", async () => {
  const error = await new Promise((done) => {
    client.parameterize(new provider.ParameterizeRequest(), done);
  });
  expect(error).toMatchObject({ code: grpc.status.UNIMPLEMENTED });
});

test("what is no call, or breaks off, leaves the server for others", async () => {
  answer = async () => [messages.schemaResponse.encode({ schema: "here" })];
  const socket = connect(serving.port, "127.0.0.1");
  socket.on("error", () => {}).resume();
  socket.end("GET / HTTP/1.1\r\n\r\n");
  await once(socket, "close");
  const session = connectHttp2(`http://127.0.0.1:${serving.port}`);
  const path = "/pulumirpc.ResourceProvider/GetSchema";
  const statusOf = async (body: Buffer) => {
    const stream = session.request({ ":method": "POST", ":path": path });
    stream.end(body);
    const [headers] = (await once(stream, "response")) as [Record<string, string>];
    stream.close();
    return headers["grpc-status"];
  };
  expect(await statusOf(Buffer.alloc(0))).toBe(String(grpc.status.INTERNAL));
  expect(await statusOf(Buffer.from([0, 0, 0, 0, 9, 1]))).toBe(String(grpc.status.INTERNAL));
  expect(await statusOf(Buffer.from([1, 0, 0, 0, 0]))).toBe(String(grpc.status.UNIMPLEMENTED));
  expect(await statusOf(Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))).toBe(
    String(grpc.status.RESOURCE_EXHAUSTED),
  );
  const broken = session.request({ ":method": "POST", ":path": path });
  broken.on("error", () => {});
  broken.write(Buffer.from([0, 0]));
  broken.close();
  await once(broken, "close");
  session.destroy();
  expect(await ask()).toBe("here");
});

test("a caller that does not wait for its answer does not disturb the next one", async () => {
  let answered = () => {};
  const asked = new Promise<void>((begin) => {
    answer = async () => {
      begin();
      await new Promise<void>((done) => {
        answered = done;
      });
      return [messages.schemaResponse.encode({ schema: "late" })];
    };
  });
  const given = new Promise((done) => {
    const call = client.getSchema(new provider.GetSchemaRequest(), done);
    void asked.then(() => call.cancel());
  });
  expect(await given).toMatchObject({ code: grpc.status.CANCELLED });
  answered();
  answer = async () => [messages.schemaResponse.encode({ schema: "next" })];
  expect(await ask()).toBe("next");
});
