/** A kind as Pulumi's dynamic-provider host wants it. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { isShapeError, messageOf } from "../bitbucket";
import { redact } from "../bitbucket/redact";
import type { Kind, Values } from "../kinds/kind";
import { check } from "../model/check";
import { diff } from "../model/diff";
import { locationOf } from "../model/location";
import { askedForBefore, stillNotAppliedText } from "../model/notApplied";
import { providerKey } from "../model/providerText";
import { complete, withoutDefaults } from "../model/values";
import { HalfDoneError } from "./errors";
import { claims, configure, guard, liveReader, session } from "./session";
import { asInState } from "./spelling";
import { warn } from "./warn";

export function dynamicProvider(kind: Kind): dynamic.ResourceProvider {
  return {
    async configure(request) {
      configure((key) => request.config.get(key));
    },
    async check(olds, news) {
      return plainly(() => {
        const { inputs, issues } = check(kind, ownProperties(olds), ownProperties(news));
        const kept = withoutDefaults(kind, inputs);
        guard().checked(kind, kept);
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
        claims.manages(kind, locationOf(kind, state), id, state);
        const wanted = await asInState(kind, state, complete(kind, ownProperties(news)), liveReader);
        const { changes, fields, replaces, deleteBeforeReplace } = diff(kind, state, wanted);
        await guard().compared(kind, id, state, ownProperties(news), replaces.length > 0);
        await explain(kind, id, state, wanted, fields);
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      });
    },
    async create(inputs) {
      return plainly(async () => {
        const { id, outputs } = await keepingHalfDone(inputs, () =>
          session().create(kind, complete(kind, ownProperties(inputs))),
        );
        guard().made(kind, id, outputs);
        return { id, outs: outputs };
      });
    },
    async read(id, props) {
      return plainly(async () => {
        const current = await session().read(kind, id, ownProperties(props));
        guard().refreshed(
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
          session().update(kind, id, ownProperties(olds), complete(kind, ownProperties(news))),
        );
        guard().changed(kind, id, outputs);
        return { outs: outputs };
      });
    },
    async delete(id, props) {
      await plainly(async () => {
        if ((await guard().beforeDelete(kind, id, ownProperties(props))) === "request")
          await session().delete(kind, id, ownProperties(props));
      });
    },
  };
}

/** What was explained in this process: the engine asks for the same difference more than once. */
const explained = new Set<string>();

/** Says of a change that comes back why it does. */
async function explain(
  kind: Kind,
  id: string,
  outputs: Values,
  news: Values,
  changed: readonly string[],
): Promise<void> {
  const fields = askedForBefore(kind, outputs, news, changed);
  const name = `${kind.name} ${id}`;
  if (fields.length === 0 || explained.has(name)) return;
  explained.add(name);
  await warn(stillNotAppliedText(kind, news, fields));
}

/** The properties without the host's own. */
export function ownProperties(properties: Record<string, unknown>): Values {
  const { [providerKey]: _, ...rest } = properties;
  return rest;
}

/** The host prints an error's class and stack beside its message: a user's mistake has neither. */
export async function plainly<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const plain = isShapeError(error) ? new Error(messageOf(error), { cause: error }) : error;
    if (plain instanceof Error) {
      plain.message = redact(plain.message);
      const isDebug = process.env.BITBUCKET_LOG === "debug";
      plain.stack = isDebug ? redact(plain.stack ?? "") : "";
      if (!isDebug) plain.name = "";
    }
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
