/** A kind as Pulumi's dynamic-provider host wants it. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import type { Kind, Values } from "../kinds/kind";
import { check } from "./check";
import { diff } from "./diff";
import { HalfDoneError } from "./errors";
import { configure, guard, session } from "./session";
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
        const kept = withoutDefaults(kind, inputs);
        guard().checked(kind, kept);
        return {
          inputs: kept,
          failures: issues.map(({ path, message }) => ({ property: path.join("."), reason: message })),
        };
      });
    },
    async diff(id, olds, news) {
      return plainly(async () => {
        const { changes, replaces, deleteBeforeReplace } = diff(kind, own(olds), complete(kind, own(news)));
        await guard().compared(kind, id, own(olds), own(news), replaces.length > 0);
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      });
    },
    async create(inputs) {
      return plainly(async () => {
        const { id, outputs } = await keepingHalfDone(inputs, () =>
          session().create(kind, complete(kind, own(inputs))),
        );
        guard().made(kind, id, outputs);
        return { id, outs: outputs };
      });
    },
    async read(id, props) {
      return plainly(async () => {
        const current = await session().read(kind, id, own(props));
        guard().refreshed(kind, { ...own(props), id }, current && { ...current.outputs, id: current.id });
        // Without an id the engine takes the object as gone.
        return current
          ? { id: current.id, props: current.outputs, inputs: withoutDefaults(kind, current.inputs) }
          : {};
      });
    },
    async update(id, olds, news) {
      return plainly(async () => {
        const { outputs } = await session().update(kind, id, own(olds), complete(kind, own(news)));
        guard().changed(kind, id, outputs);
        return { outs: outputs };
      });
    },
    async delete(id, props) {
      await plainly(async () => {
        if ((await guard().beforeDelete(kind, id, own(props))) === "request")
          await session().delete(kind, id, own(props));
      });
    },
  };
}

/** The properties without the host's own. */
function own(properties: Record<string, unknown>): Values {
  const { [providerKey]: _, ...rest } = properties;
  return rest;
}

/** The host prints an error's class and stack beside its message: a user's mistake has neither. */
export async function plainly<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && process.env.BITBUCKET_LOG !== "debug") {
      error.stack = "";
      error.name = "";
    }
    throw error;
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
