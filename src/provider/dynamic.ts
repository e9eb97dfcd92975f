/** A kind as Pulumi's dynamic-provider host wants it. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { isShapeError, messageOf } from "../bitbucket";
import type { Kind, Values } from "../kinds/kind";
import { check } from "./check";
import { diff } from "./diff";
import { HalfDoneError } from "./errors";
import { configure, session } from "./session";
import { complete, withoutDefaults } from "./values";

/** The input that tells the host where the provider's code is. */
export const providerKey = "__provider";

/**
 * The text of that input: the host loads this package from the node_modules beside the program or above it. It stands
 * in the state of every resource, so it is short, and the same on every machine.
 */
export function providerText(kind: Kind): string {
  return `exports.handler=()=>require("bitbucket-as-code/provider").${kind.name}`;
}

export function dynamicProvider(kind: Kind): dynamic.ResourceProvider {
  return {
    async configure(request) {
      configure((key) => request.config.get(key));
    },
    async check(olds, news) {
      return plainly(() => {
        const { inputs, issues } = check(kind, own(olds), own(news));
        return {
          inputs: withoutDefaults(kind, inputs),
          // Told of a property, the engine would print its value, in its own notation: it may be a secret.
          failures: issues.map(({ path, message }) => ({
            property: "",
            reason: `${path.join(".")} ${message}`,
          })),
        };
      });
    },
    async diff(_id, olds, news) {
      return plainly(() => {
        const { changes, replaces, deleteBeforeReplace } = diff(kind, own(olds), complete(kind, own(news)));
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      });
    },
    async create(inputs) {
      return plainly(async () => {
        const { id, outputs } = await keepingHalfDone(inputs, () =>
          session().create(kind, complete(kind, own(inputs))),
        );
        return { id, outs: outputs };
      });
    },
    async read(id, props) {
      return plainly(async () => {
        const current = await session().read(kind, id, own(props));
        // Without an id the engine takes the object as gone.
        return current
          ? { id: current.id, props: current.outputs, inputs: withoutDefaults(kind, current.inputs) }
          : {};
      });
    },
    async update(id, olds, news) {
      return plainly(async () => ({
        outs: (await session().update(kind, id, own(olds), complete(kind, own(news)))).outputs,
      }));
    },
    async delete(id, props) {
      await plainly(() => session().delete(kind, id, own(props)));
    },
  };
}

/** The properties without the host's own. */
function own(properties: Record<string, unknown>): Values {
  const { [providerKey]: _, ...rest } = properties;
  return rest;
}

/** The host prints an error's stack beside its message: a user's mistake has none. */
export async function plainly<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const plain = isShapeError(error) ? new Error(messageOf(error), { cause: error }) : error;
    if (plain instanceof Error && process.env.BITBUCKET_LOG !== "debug") plain.stack = "";
    throw plain;
  }
}

/** What is kept in state of a half-done object has to say where its provider is, or no later run could read it. */
async function keepingHalfDone<Result>(
  inputs: Record<string, unknown>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HalfDoneError) error.properties[providerKey] = inputs[providerKey];
    throw error;
  }
}
