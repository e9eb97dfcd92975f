/** What the text in a resource's state loads: the provider of each kind, by the kind's name. */
import { kinds } from "../kinds";
import { dynamicProvider } from "./dynamic";

const providers = Object.fromEntries(kinds.map((kind) => [kind.name, dynamicProvider(kind)]));

export = providers;
