/** A kind as Pulumi's dynamic-provider host wants it. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { errorText, UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { check } from "../model/check";
import { diff } from "../model/diff";
import { toLocation } from "../model/location";
import { formatPath } from "../model/problem";
import { providerKey } from "../model/providerText";
import { withDefaults, withoutDefaults } from "../model/values";
import { HalfDoneError } from "./errors";
import { explain } from "./explain";
import { session } from "./session";
import { matchStateSpelling } from "./spelling";
import { warn } from "./warn";

export function dynamicProvider(kind: Kind): dynamic.ResourceProvider {
  return {
    async configure(request) {
      session.configure((key) => request.config.get(key));
    },
    async check(olds, news) {
      return withoutStackTrace(() => {
        const { inputs, issues } = check(kind, pickOwn(olds), pickOwn(news));
        const kept = withoutDefaults(kind, inputs);
        session.guard.recordCheck(kind, kept);
        return {
          inputs: kept,
          // Told of a property, the engine would print its value, in its own notation: it may be a secret.
          failures: [...new Set(issues.map(({ path, message }) => `${formatPath(path)} ${message}`))].map(
            (reason) => ({ property: "", reason }),
          ),
        };
      });
    },
    async diff(id, olds, news) {
      return withoutStackTrace(async () => {
        const state = withoutDerived(kind, id, pickOwn(olds), pickOwn(news));
        session.claims.recordManaged(kind, toLocation(kind, state), id, state);
        const wanted = await matchStateSpelling(
          kind,
          state,
          withDefaults(kind, pickOwn(news)),
          () => session.reader,
        );
        const { changes, fields, replaces, deleteBeforeReplace } = diff(kind, state, wanted);
        await session.guard.recordDiff(kind, id, state, pickOwn(news), replaces);
        await explain(kind, id, state, wanted, fields, (text) => warn(text));
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      });
    },
    async create(inputs) {
      return withoutStackTrace(async () => {
        const { id, outputs } = await withPartialState(inputs, () =>
          session.lifecycle.create(kind, withDefaults(kind, pickOwn(inputs))),
        );
        session.guard.recordCreation(kind, id, outputs);
        return { id, outs: outputs };
      });
    },
    async read(id, props) {
      return withoutStackTrace(async () => {
        await session.checkProgram();
        const current = await session.lifecycle.read(kind, id, pickOwn(props));
        session.guard.recordRefresh(
          kind,
          { ...pickOwn(props), id },
          current && { ...current.outputs, id: current.id },
        );
        // Without an id the engine takes the object as gone.
        return current
          ? { id: current.id, props: current.outputs, inputs: withoutDefaults(kind, current.inputs) }
          : {};
      });
    },
    async update(id, olds, news) {
      return withoutStackTrace(async () => {
        const { outputs } = await withPartialState(news, () =>
          session.lifecycle.update(kind, id, pickOwn(olds), withDefaults(kind, pickOwn(news))),
        );
        session.guard.recordUpdate(kind, id, outputs);
        return { outs: outputs };
      });
    },
    async delete(id, props) {
      await withoutStackTrace(async () => {
        if ((await session.guard.beforeDelete(kind, id, pickOwn(props))) === "request")
          await session.lifecycle.delete(kind, id, pickOwn(props));
      });
    },
  };
}

/** The properties without the host's own. */
export function pickOwn(properties: Record<string, unknown>): Properties {
  const { [providerKey]: _, ...rest } = properties;
  return rest;
}

/**
 * A state without what follows from the id and the other outputs: the native provider keeps that in a state as well, where it
 * could be taken for a field that was managed, and is left out now.
 */
function withoutDerived(kind: Kind, id: string, state: Properties, news: Properties): Properties {
  const derived = Object.entries(kind.derived ?? {}).flatMap(([name, derive]) =>
    name in kind.args.shape && news[name] === undefined && state[name] === derive(id, state) ? [name] : [],
  );
  if (derived.length === 0) return state;
  return Object.fromEntries(Object.entries(state).filter(([name]) => !derived.includes(name)));
}

/** The host prints an error's class and stack beside its message: here the message says all. */
export async function withoutStackTrace<Result>(work: () => Result | Promise<Result>): Promise<Result> {
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
async function withPartialState<Result>(
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
