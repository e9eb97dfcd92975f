/** An existing object that a program reads and does not manage: `Webhook.get(…)`. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { describeResource } from "../model/describe";
import { locationFields } from "../model/location";
import { pickOwn, withoutStackTrace } from "./dynamic";
import { session } from "./session";

/** What the names of the providers that only read begin with. */
const prefix = "get";

/** The name by which the package exports the provider that reads objects of a kind. */
export function lookupName(kind: Kind): string {
  return prefix + kind.name;
}

/** As `providerText`. Another provider than that of managed objects: what is not managed is read as a whole. */
export function lookupText(kind: Kind): string {
  return `exports.handler=()=>require("bitbucket-as-code/provider").${lookupName(kind)}`;
}

/** There is no such object, or none that the credential may see. */
class NothingToReadError extends UserError {
  constructor(kind: Kind, id: string, values: Properties) {
    super(
      `${kind.name}.get: there is no ${kind.title} "${id}" (${describeResource(kind, values)}), or this credential cannot access it. ` +
        "Check its id, workspace and parents.",
    );
  }
}

export function lookupProvider(kind: Kind): dynamic.ResourceProvider {
  return {
    async configure(request) {
      session.configure((key) => request.config.get(key));
    },
    async create() {
      throw new Error(`${kind.name}.get reads, and creates nothing.`);
    },
    async read(id, props) {
      return withoutStackTrace(async () => {
        const values = pickOwn(props);
        const found = await session.lifecycle.lookUp(kind, id, values);
        if (found) return { id: found.id, props: found.outputs };
        // A refresh takes what is gone out of the state; a program that asks for it cannot go on.
        if (isFromState(kind, values)) return {};
        throw new NothingToReadError(kind, id, values);
      });
    },
  };
}

/** Whether these are outputs of the state: a program gives no more than where the object is. */
function isFromState(kind: Kind, values: Properties): boolean {
  const given: readonly string[] = [...locationFields(kind), ...kind.naturalKey];
  return Object.keys(values).some((field) => values[field] !== undefined && !given.includes(field));
}
