/** A kind as Pulumi's dynamic-provider host wants it. */
import type * as dynamic from "@pulumi/pulumi/dynamic";
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { toLocation } from "../model/location";
import { formatPath } from "../model/problem";
import { providerKey } from "../model/providerText";
import { withDefaults, withoutDefaults } from "../model/values";
import { checkInputs, compareWithState } from "./compare";
import { errorTextBesideName, HalfDoneError } from "./errors";
import { explain } from "./explain";
import { expectEcho } from "./hostEcho";
import { type Session, session as shared } from "./session";
import { warn } from "./warn";

/** @param session What it shares with the providers of the other kinds. */
export function dynamicProvider(kind: Kind, session: Session = shared): dynamic.ResourceProvider {
  return { ...comparisons(kind, session), ...writes(kind, session) };
}

/** What only looks. */
function comparisons(
  kind: Kind,
  session: Session,
): Pick<dynamic.ResourceProvider, "configure" | "check" | "diff" | "read"> {
  const attempt = attemptIn(session);
  return {
    async configure(request) {
      session.configure((key) => request.config.get(key));
    },
    async check(olds, news) {
      return withoutStackTrace(async () => {
        const { inputs, issues } = checkInputs(kind, pickOwn(olds), pickOwn(news));
        session.guard.recordCheck(kind, inputs);
        await session.deleted.tell(kind, inputs);
        return {
          inputs,
          // Told of a property, the engine would print its value, in its own notation: it may be a secret.
          failures: [...new Set(issues.map(({ path, message }) => `${formatPath(path)} ${message}`))].map(
            (reason) => ({ property: "", reason }),
          ),
        };
      });
    },
    async diff(id, olds, news) {
      return attempt(async () => {
        session.claims.recordManaged(kind, toLocation(kind, pickOwn(olds)), id, pickOwn(olds));
        const { state, wanted, found } = await compareWithState(
          kind,
          id,
          pickOwn(olds),
          pickOwn(news),
          () => session.reader,
        );
        const { fields, replaces, deleteBeforeReplace } = found;
        const changes = found.changes || lacksHost(olds);
        await session.guard.recordDiff(kind, id, state, pickOwn(news), replaces);
        await explain(kind, id, state, wanted, fields, { warn, isBesideName: false });
        return { changes, replaces: [...replaces], deleteBeforeReplace };
      });
    },
    async read(id, props) {
      return attempt(async () => {
        await session.checkProgram();
        await session.prepare();
        const current = await session.lifecycle.read(kind, id, pickOwn(props));
        session.readAhead?.record(kind, id);
        session.guard.recordRefresh(
          kind,
          { ...pickOwn(props), id },
          current && { ...current.outputs, id: current.id },
        );
        if (!current) session.deleted.record(kind, pickOwn(props));
        // Without an id the engine takes the object as gone.
        return current
          ? { id: current.id, props: current.outputs, inputs: withoutDefaults(kind, current.inputs) }
          : {};
      });
    },
  };
}

function writes(
  kind: Kind,
  session: Session,
): Required<Pick<dynamic.ResourceProvider, "create" | "update" | "delete">> {
  const attempt = attemptIn(session);
  return {
    async create(inputs) {
      return attempt(async () => {
        const { id, outputs } = await withPartialState(inputs, () =>
          session.lifecycle.create(kind, withDefaults(kind, pickOwn(inputs))),
        );
        session.guard.recordCreation(kind, id, outputs);
        return { id, outs: outputs };
      });
    },
    async update(id, olds, news) {
      return attempt(async () => {
        if (lacksHost(olds)) {
          const [kept, given] = [pickOwn(olds), pickOwn(news)];
          const { state, found } = await compareWithState(kind, id, kept, given, () => session.reader);
          if (!found.changes) return { outs: withoutDefaults(kind, state) };
        }
        const { outputs } = await withPartialState(news, () =>
          session.lifecycle.update(kind, id, pickOwn(olds), withDefaults(kind, pickOwn(news))),
        );
        session.guard.recordUpdate(kind, id, outputs);
        return { outs: outputs };
      });
    },
    async delete(id, props) {
      await attempt(async () => {
        await session.prepare();
        if ((await session.guard.beforeDelete(kind, id, pickOwn(props))) === "request")
          await session.lifecycle.delete(kind, id, pickOwn(props));
      });
    },
  };
}

/**
 * Whether a program with a generated SDK has left this state. No later run of the host could read it: an update puts into the
 * state where the provider is, and sends nothing where nothing differs.
 */
function lacksHost(outputs: Properties): boolean {
  return outputs[providerKey] === undefined;
}

/** Does work with the session's errors, without the host's stack traces. */
function attemptIn(session: Session) {
  return <Result>(work: () => Promise<Result>) => withoutStackTrace(() => session.errors.run(work));
}

/** The properties without the host's own. */
export function pickOwn(properties: Record<string, unknown>): Properties {
  const { [providerKey]: _, ...rest } = properties;
  return rest;
}

/** The host prints an error's class and stack beside its message: here the message says all. */
export async function withoutStackTrace<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const message = errorTextBesideName(error);
    const thrown = Object.assign(error instanceof UserError ? error : new Error(), {
      message,
      stack: "",
      name: "",
    });
    expectEcho(thrown);
    throw thrown;
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
