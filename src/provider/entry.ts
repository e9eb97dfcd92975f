/** What the text in a resource's state loads: the provider of each kind, by the kind's name. */
import { kinds } from "../kinds";
import { removalName } from "../model/typeToken";
import { dynamicProvider } from "./dynamic";
import { printSummaryOnExit } from "./exitSummary";
import { dropEchoes } from "./hostEcho";
import { lookupName, lookupProvider } from "./lookup";
import { exitWhenEngineDies } from "./orphan";
import { createRemovalProvider } from "./removal";

const providers = {
  ...Object.fromEntries(kinds.map((kind) => [kind.name, dynamicProvider(kind)])),
  ...Object.fromEntries(kinds.map((kind) => [lookupName(kind), lookupProvider(kind)])),
  [removalName]: createRemovalProvider(),
};

if (process.argv[1]?.includes("dynamic-provider")) {
  dropEchoes();
  exitWhenEngineDies(process.argv[2]);
  printSummaryOnExit();
}

export = providers;
