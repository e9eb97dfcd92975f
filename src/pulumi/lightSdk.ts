/**
 * Makes Pulumi's SDK load when they are used what only the serialisation of functions needs (npm's Arborist, the
 * TypeScript compiler: 450 files), and the automation API. Together they are half of the SDK's start. Import it before
 * `@pulumi/pulumi`. Programs in TypeScript get their compiler as ever: only what the serialisation itself asks for is
 * deferred. The host of dynamic providers, which loads this file first as well, also learns to explain what it cannot
 * import.
 */
import Module from "node:module";
import { explainImport, type ProviderMessages } from "./explainImport";

/** The specifiers, as https://github.com/pulumi/pulumi/tree/master/sdk/nodejs has them, and the files that ask. */
const inClosures = /[/\\]@pulumi[/\\]pulumi[/\\]runtime[/\\]closure[/\\]\w+\.js$/;
const deferred: ReadonlyMap<string, RegExp> = new Map([
  ["@npmcli/arborist", inClosures],
  ["../../typescript-shim", inClosures],
  ["./automation", /[/\\]@pulumi[/\\]pulumi[/\\]index\.js$/],
]);

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
    if (deferred.get(request)?.test(parent?.filename ?? "")) return defer(now);
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
      ownKeys: () => Reflect.ownKeys(get()),
      getOwnPropertyDescriptor: (_, name) => {
        const found = Reflect.getOwnPropertyDescriptor(get(), name);
        // What the target of a proxy does not have itself has to be configurable.
        return found && { ...found, configurable: true };
      },
    },
  );
}
