/**
 * Makes Pulumi's SDK load npm's Arborist and the TypeScript compiler when they are used: 450 files that only the
 * serialisation of functions needs, and a third of the SDK's start. Import it before `@pulumi/pulumi`. Programs in
 * TypeScript get their compiler as ever: only what the serialisation itself asks for is deferred. The host of dynamic
 * providers, which loads this file first as well, also learns to explain what it cannot import.
 */
import Module from "node:module";
import { explainImport, type ProviderMessages } from "./explainImport";

/** The specifiers, as https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/runtime/closure has them. */
const deferred: ReadonlySet<string> = new Set(["@npmcli/arborist", "../../typescript-shim"]);

const asksForThem = /[/\\]@pulumi[/\\]pulumi[/\\]runtime[/\\]closure[/\\]\w+\.js$/;

const isHost = /[/\\]@pulumi[/\\]pulumi[/\\]cmd[/\\]dynamic-provider[/\\]index\.js$/;

/** Whether it is done in this process already: the package may be there twice. */
const done = Symbol.for("bitbucket-as-code.lightSdk");

type Load = (request: string, parent?: { readonly filename?: string | null }, isMain?: boolean) => object;

const marks = globalThis as { [done]?: boolean };
if (!marks[done]) {
  marks[done] = true;
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (this: unknown, request, parent, isMain) {
    const now = () => load.call(this, request, parent, isMain);
    if (deferred.has(request) && asksForThem.test(parent?.filename ?? "")) return defer(now);
    const loaded = now();
    if (request.endsWith("/provider_pb") && isHost.test(parent?.filename ?? ""))
      explainImport(loaded as ProviderMessages);
    return loaded;
  };
}

/** A module that is loaded when something of it is used. */
function defer(load: () => object): object {
  let loaded: object | undefined;
  const get = () => {
    loaded ??= load();
    return loaded;
  };
  return new Proxy(
    {},
    {
      // Otherwise the SDK would copy all of it at once.
      get: (_, name) => name === "__esModule" || Reflect.get(get(), name),
      has: (_, name) => Reflect.has(get(), name),
    },
  );
}
