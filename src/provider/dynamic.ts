/** A kind as Pulumi's dynamic-provider host wants it. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { errorText, UserError } from "../errors";
import type { Kind, Values } from "../kinds/kind";
import { check } from "../model/check";
import { diff } from "../model/diff";
import { locationOf } from "../model/location";
import { providerKey } from "../model/providerText";
import { complete, withoutDefaults } from "../model/values";
import { HalfDoneError } from "./errors";
import { explain } from "./explain";
import { session } from "./session";
import { asInState } from "./spelling";
import { warn } from "./warn";

export function dynamicProvider(kind: Kind): dynamic.ResourceProvider {
  return {
    async configure(request) {
      session.configure((key) => request.config.get(key));
    },
    async check(olds, news) {
      return plainly(() => {
        const { inputs, issues } = check(kind, ownProperties(olds), ownProperties(news));
        const kept = withoutDefaults(kind, inputs);
        session.guard.checked(kind, kept);
        return {
          inputs: kept,
          // Told of a property, the engine would print its value, in its own notation: it may be a secret.
          failures: issues.map(({ path, message }) => ({
            property: "",
            reason: `${path.join(".")} ${message}`,
          })),
        };
      });
    },
    async diff(id, olds, news) {
      return plainly(async () => {
        const state = ownProperties(olds);
        session.claims.manages(kind, locationOf(kind, state), id, state);
        const wanted = await asInState(
          kind,
          state,
          complete(kind, ownProperties(news)),
          () => session.reader,
        );
        const { changes, fields, replaces, deleteBeforeReplace } = diff(kind, state, wanted);
        await session.guard.compared(kind, id, state, ownProperties(news), replaces.length > 0);
        await explain(kind, id, state, wanted, fields, warn);
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      });
    },
    async create(inputs) {
      return plainly(async () => {
        const { id, outputs } = await keepingHalfDone(inputs, () =>
          session.lifecycle.create(kind, complete(kind, ownProperties(inputs))),
        );
        session.guard.made(kind, id, outputs);
        return { id, outs: outputs };
      });
    },
    async read(id, props) {
      return plainly(async () => {
        const current = await session.lifecycle.read(kind, id, ownProperties(props));
        session.guard.refreshed(
          kind,
          { ...ownProperties(props), id },
          current && { ...current.outputs, id: current.id },
        );
        // Without an id the engine takes the object as gone.
        return current
          ? { id: current.id, props: current.outputs, inputs: withoutDefaults(kind, current.inputs) }
          : {};
      });
    },
    async update(id, olds, news) {
      return plainly(async () => {
        const { outputs } = await keepingHalfDone(news, () =>
          session.lifecycle.update(kind, id, ownProperties(olds), complete(kind, ownProperties(news))),
        );
        session.guard.changed(kind, id, outputs);
        return { outs: outputs };
      });
    },
    async delete(id, props) {
      await plainly(async () => {
        if ((await session.guard.beforeDelete(kind, id, ownProperties(props))) === "request")
          await session.lifecycle.delete(kind, id, ownProperties(props));
      });
    },
  };
}

/** The properties without the host's own. */
export function ownProperties(properties: Record<string, unknown>): Values {
  const { [providerKey]: _, ...rest } = properties;
  return rest;
}

/** The host prints an error's class and stack beside its message: here the message says all. */
export async function plainly<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const message = errorText(error);
    throw Object.assign(error instanceof UserError ? error : new Error(), {
      message,
      stack: "",
      name: "",
    });
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
