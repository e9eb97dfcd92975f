/** What the text in a resource's state loads: the provider of each kind, by the kind's name. */
import { kinds } from "../kinds";
import { removalName } from "../model/typeToken";
import { dynamicProvider } from "./dynamic";
import { sayGoodbye } from "./end";
import { lookupName, lookupProvider } from "./lookup";
import { endWithEngine } from "./orphan";
import { removalProvider } from "./removal";

const providers = {
  ...Object.fromEntries(kinds.map((kind) => [kind.name, dynamicProvider(kind)])),
  ...Object.fromEntries(kinds.map((kind) => [lookupName(kind), lookupProvider(kind)])),
  [removalName]: removalProvider(),
};

if (process.argv[1]?.includes("dynamic-provider")) {
  endWithEngine(process.argv[2]);
  sayGoodbye();
}

export = providers;
