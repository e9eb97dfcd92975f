/** Providers that share a process: an engine attaches to it with a connection for each of them. */
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  ConfigureRequest,
  GetSchemaRequest,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { AttachedProviders } from "../../src/native/attached";
import { type Serving, serve } from "../../src/native/service";
import { grpc } from "../support/grpc";
import { structOf } from "./support";

let attached: AttachedProviders;
let engines: (string | undefined)[];
let serving: Serving;
let connections: Connection[];

beforeEach(async () => {
  engines = [];
  attached = new AttachedProviders(Promise.resolve(), (engine) => engines.push(engine));
  serving = await serve(attached.find);
  connections = [];
});
afterEach(() => {
  for (const connection of connections) connection.close();
  serving.close();
});

class Connection {
  readonly #client = new ResourceProviderClient(
    `127.0.0.1:${serving.port}`,
    grpc.credentials.createInsecure(),
    { "grpc.use_local_subchannel_pool": 1 },
  );

  constructor() {
    connections.push(this);
  }

  close(): void {
    (this.#client as unknown as { close(): void }).close();
  }

  handshake(engine: string): Promise<unknown> {
    const request = new ProviderHandshakeRequest();
    request.setEngineAddress(engine);
    return new Promise((done, fail) => {
      this.#client.handshake(request, (error, response) => (error ? fail(error) : done(response)));
    });
  }

  configure(workspace: string): Promise<unknown> {
    const request = new ConfigureRequest();
    request.setArgs(structOf({ workspace }));
    return new Promise((done, fail) => {
      this.#client.configure(request, (error, response) => (error ? fail(error) : done(response)));
    });
  }

  schema(): Promise<unknown> {
    return new Promise((done, fail) => {
      this.#client.getSchema(new GetSchemaRequest(), (error, response) =>
        error ? fail(error) : done(response),
      );
    });
  }
}

const configured = () => attached.configured.map(({ workspace, engine }) => [workspace, engine]);

test("each connection has a provider of its own, with its own arguments", async () => {
  const [one, other, host] = [new Connection(), new Connection(), new Connection()];
  await one.handshake("127.0.0.1:1");
  await other.handshake("127.0.0.1:1");
  // The language host asks for the schema, and is no engine.
  await host.handshake("127.0.0.1:2");
  await host.schema();
  expect(engines).toEqual([]);
  await one.configure("acme");
  await other.configure("other");
  await other.configure("another");
  expect(configured()).toEqual([
    ["acme", "127.0.0.1:1"],
    ["another", "127.0.0.1:1"],
  ]);
  expect(engines).toEqual(["127.0.0.1:1"]);
});

test("a connection that takes the place of a lost one goes on with its provider, unless there are several", async () => {
  const one = new Connection();
  await one.handshake("127.0.0.1:1");
  await one.configure("acme");
  one.close();
  await new Connection().configure("acme again");
  expect(configured()).toEqual([["acme again", "127.0.0.1:1"]]);
  const other = new Connection();
  await other.handshake("127.0.0.1:1");
  await other.configure("other");
  await expect(new Connection().configure("acme")).rejects.toThrow("connection to its provider was lost");
});
