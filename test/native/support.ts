/** A native provider in this process, called as by the engine. */
import type { Client as GrpcClient, ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  ErrorResourceInitFailed,
  InvokeRequest,
  ListRequest,
  type ListResponse,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Kind, Properties } from "../../src/kinds/kind";
import { nativeToken } from "../../src/model/typeToken";
import { fromStruct, type PropertyBag, toStruct } from "../../src/native/property";
import { Provider, type ProviderOptions } from "../../src/native/provider";
import { callsOf, type Handlers, type Serving, serve } from "../../src/native/service";
import { grpc } from "../support/grpc";

/** Properties as the engine's messages have them. */
export function structOf(values: Properties, secrets: readonly string[] = []): Struct {
  return Struct.fromJavaScript(toStruct(values, secrets) as Parameters<typeof Struct.fromJavaScript>[0]);
}

export function bagOf(struct: Struct | undefined): PropertyBag {
  return fromStruct(struct?.toJavaScript());
}

/** The engine's state of a resource. */
export interface Kept {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Checked {
  readonly inputs: Properties;
  readonly secrets: ReadonlySet<string>;
  readonly failures: readonly string[];
}

/** A write that left a partially created object. */
export class InitFailedError extends Error {
  constructor(
    readonly kept: Omit<Kept, "inputs">,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("\n"));
  }
}

/** A service, and a client that is connected to it. */
interface Connection {
  readonly serving: Serving;
  readonly client: ResourceProviderClient;
  /** Of the provider of its run. */
  handlers: Handlers;
}

/** Those that no run has: to serve and to connect takes longer than most runs. They are used for one run at a time. */
const idle: Connection[] = [];

async function connect(provider: Provider): Promise<Connection> {
  const handlers = callsOf(provider);
  const known = idle.pop();
  if (known) {
    known.handlers = handlers;
    return known;
  }
  const serving = await serve(() => connection.handlers);
  // With a pool that all clients share, each close would search what hundreds of closed ones have left in it.
  const client = new ResourceProviderClient(`127.0.0.1:${serving.port}`, grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  const connection: Connection = { serving, client, handlers };
  return connection;
}

afterAll(() => {
  for (const { serving, client } of idle.splice(0)) {
    (client as unknown as GrpcClient).close();
    serving.close();
  }
});

export class NativeRun {
  private constructor(
    readonly provider: Provider,
    private readonly connection: Connection,
  ) {}

  get client(): ResourceProviderClient {
    return this.connection.client;
  }

  /** @param urn Of a provider that the program declares. Default: none, as of the default provider. */
  static async start(options: ProviderOptions, config: Properties = {}, urn?: string): Promise<NativeRun> {
    const provider = new Provider({ say: () => {}, ...options });
    const run = new NativeRun(provider, await connect(provider));
    const request = new ConfigureRequest();
    request.setArgs(structOf(config));
    if (urn !== undefined) {
      request.setUrn(urn);
      request.setId("1");
    }
    try {
      await run.call("configure", request);
      return run;
    } catch (error) {
      run.close();
      throw error;
    }
  }

  /** When no call is running. */
  close(): void {
    if (!idle.includes(this.connection)) idle.push(this.connection);
  }

  /** Any call, by its name. */
  call<Response>(name: keyof ResourceProviderClient, request: unknown): Promise<Response> {
    const method = this.client[name] as unknown as (
      request: unknown,
      done: (error: ServiceError | null, response: Response) => void,
    ) => void;
    return new Promise((done, fail) => {
      method.call(this.client, request, (error, response) =>
        error ? fail(asThrown(error)) : done(response),
      );
    });
  }

  async check(
    kind: Kind,
    olds: Properties,
    news: Properties,
    secrets: readonly string[] = [],
    name?: string,
  ): Promise<Checked> {
    const request = new CheckRequest();
    request.setUrn(urnOf(kind, name));
    request.setOlds(structOf(olds));
    request.setNews(structOf(news, secrets));
    const response = await this.call<import("@pulumi/pulumi/proto/provider_pb").CheckResponse>(
      "check",
      request,
    );
    const { values, secrets: hidden } = bagOf(response.getInputs());
    return {
      inputs: values,
      secrets: hidden,
      failures: response.getFailuresList().map((one) => one.getReason()),
    };
  }

  async create(kind: Kind, inputs: Properties, preview = false, name?: string): Promise<Kept & PropertyBag> {
    const request = new CreateRequest();
    request.setUrn(urnOf(kind, name));
    request.setProperties(structOf(inputs));
    request.setPreview(preview);
    const response = await this.call<import("@pulumi/pulumi/proto/provider_pb").CreateResponse>(
      "create",
      request,
    );
    const properties = bagOf(response.getProperties());
    return { id: response.getId(), inputs, outputs: properties.values, ...properties };
  }

  /** A refresh, or, without a state, an import. */
  async read(kind: Kind, { id, inputs, outputs }: Kept): Promise<(Kept & PropertyBag) | undefined> {
    const request = new ReadRequest();
    request.setUrn(urnOf(kind));
    request.setId(id);
    request.setInputs(structOf(inputs));
    request.setProperties(structOf(outputs));
    const response = await this.call<import("@pulumi/pulumi/proto/provider_pb").ReadResponse>(
      "read",
      request,
    );
    if (response.getId() === "") return undefined;
    const properties = bagOf(response.getProperties());
    return {
      id: response.getId(),
      inputs: bagOf(response.getInputs()).values,
      outputs: properties.values,
      ...properties,
    };
  }

  async diff(
    kind: Kind,
    state: Kept,
    news: Properties,
    ignoreChanges: string[] = [],
    name?: string,
  ): Promise<DiffResponse> {
    const request = new DiffRequest();
    request.setUrn(urnOf(kind, name));
    request.setId(state.id);
    request.setOldInputs(structOf(state.inputs));
    request.setOlds(structOf(state.outputs));
    request.setNews(structOf(news));
    request.setIgnorechangesList(ignoreChanges);
    return this.call("diff", request);
  }

  async update(kind: Kind, state: Kept, news: Properties, preview = false): Promise<Kept> {
    const request = new UpdateRequest();
    request.setUrn(urnOf(kind));
    request.setId(state.id);
    request.setOldInputs(structOf(state.inputs));
    request.setOlds(structOf(state.outputs));
    request.setNews(structOf(news));
    request.setPreview(preview);
    const response = await this.call<import("@pulumi/pulumi/proto/provider_pb").UpdateResponse>(
      "update",
      request,
    );
    return { id: state.id, inputs: news, outputs: bagOf(response.getProperties()).values };
  }

  async delete(kind: Kind, { id, inputs, outputs }: Kept, name?: string): Promise<void> {
    const request = new DeleteRequest();
    request.setUrn(urnOf(kind, name));
    request.setId(id);
    request.setOldInputs(structOf(inputs));
    request.setProperties(structOf(outputs));
    await this.call("delete", request);
  }

  /** The objects of a kind, as `pulumi do <resource> list` requests them. */
  list(kind: Kind, query: Properties, limit = 0): Promise<readonly { id: string; name: string }[]> {
    const request = new ListRequest();
    request.setToken(nativeToken(kind));
    request.setQuery(structOf(query));
    request.setLimit(limit);
    const found: { id: string; name: string }[] = [];
    return new Promise((done, fail) => {
      const stream = this.client.list(request);
      stream.on("data", (response: ListResponse) => {
        const result = response.getResult();
        if (result) found.push({ id: result.getId(), name: result.getName() });
      });
      stream.on("error", (error: ServiceError) => fail(new Error(error.details)));
      stream.on("end", () => done(found));
    });
  }

  async invoke(
    token: string,
    args: Properties,
  ): Promise<{ result: Properties; failures: readonly string[] }> {
    const request = new InvokeRequest();
    request.setTok(token);
    request.setArgs(structOf(args));
    const response = await this.call<import("@pulumi/pulumi/proto/provider_pb").InvokeResponse>(
      "invoke",
      request,
    );
    return {
      result: bagOf(response.getReturn()).values,
      failures: response.getFailuresList().map((one) => one.getReason()),
    };
  }
}

export function urnOf(kind: Kind, name = "one"): string {
  return `urn:pulumi:test::project::${nativeToken(kind)}::${name}`;
}

function asThrown(error: ServiceError): Error {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (packed === undefined) return new Error(error.details);
  const [detail] = Status.deserializeBinary(packed as Buffer).getDetailsList();
  if (!detail) return new Error(error.details);
  const failed = ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return new InitFailedError(
    { id: failed.getId(), outputs: bagOf(failed.getProperties()).values },
    failed.getReasonsList(),
  );
}
