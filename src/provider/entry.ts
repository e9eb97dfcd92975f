/** What the text in a resource's state loads: the provider of each kind, by the kind's name. */
import { kinds } from "../kinds";
import { removalName } from "../model/typeToken";
import { dynamicProvider } from "./dynamic";
import { printSummaryOnExit } from "./exitSummary";
import { exitWhenEngineDies } from "./orphan";
import { createRemovalProvider } from "./removal";

const providers = {
  ...Object.fromEntries(kinds.map((kind) => [kind.name, dynamicProvider(kind)])),
  [removalName]: createRemovalProvider(),
};

if (process.argv[1]?.includes("dynamic-provider")) {
  exitWhenEngineDies(process.argv[2]);
  printSummaryOnExit();
}

export = providers;
