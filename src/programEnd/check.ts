/** Checks what a program no longer declares against limits and protection. */
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../bitbucket";
import { environment } from "../environment";
import type { Properties } from "../kinds/kind";
import { LiveReader } from "../live";
import { toTypeToken } from "../model/typeToken";
import { withDefaults } from "../model/values";
import {
  findRecreated,
  formatUnreadableState,
  readAllowedDeletions,
  readLimits,
  readState,
  removeVanished,
  type StateEntry,
  type StateReading,
  SuspectedRenameError,
} from "../plan";
import { checkDestruction, ProtectedError } from "../provider/limits";
import { readingClient } from "../provider/program";
import { findRunningEngine } from "../pulumi";
import { type NewResource, reportExisting } from "./existing";
import { programState } from "./state";
import { suspectedRenames } from "./suspectedRenames";

/** A resource with the engine's response to its registration. */
export interface RegisteredResource {
  readonly type: string;
  readonly urn: string;
  /** Empty if it is not known yet: a preview creates nothing. */
  readonly id: string;
  /** Only for kinds with a history. */
  readonly inputs: Properties;
}

/** Compares what a program has registered with the state of its stack. */
export class ProgramCheck {
  readonly registered: RegisteredResource[] = [];
  /** In a preview: what is declared, owners first. */
  readonly declared: NewResource[] = [];
  /** Components in other processes register resources that this one does not see. */
  sawRemote = false;
  readonly #state: Promise<StateReading>;

  constructor(isAlone: boolean) {
    this.#state = isAlone ? programState() : readState(pulumi.getStack());
  }

  /**
   * @returns A warning; undefined if there is nothing to report.
   * @throws {Error} if the run must not continue: in a preview, if an apply must not.
   */
  async check(): Promise<string | undefined> {
    const reading = await this.#state;
    if (this.sawRemote) return undefined;
    if ("reason" in reading) {
      // In an apply the provider is asked before each deletion, and refuses it if the state cannot be read.
      if (!pulumi.runtime.isDryRun()) return undefined;
      return formatUnreadableState(reading.reason, pulumi.getStack(), "An apply would delete nothing.");
    }
    const operation = (await findRunningEngine(undefined, process.pid, pulumi.getStack()))?.operation;
    if (operation !== undefined && (operation.isPartial || !["up", "preview"].includes(operation.name)))
      return undefined;
    const state = reading.resources.filter(
      ({ pendingDelete, needsNoRequest }) => !pendingDelete && !needsNoRequest,
    );
    const { gone, fresh } = this.#compare(state);
    if (gone.length === 0) return undefined;
    const { gone: left } = this.#compare(await this.#withoutVanished(state));
    if (left.length === 0) return undefined;
    this.#refuse(left, fresh, state.length - (gone.length - left.length));
    return undefined;
  }

  /** Reports in a preview the objects that a create would run into. */
  async reportExisting(): Promise<void> {
    const reading = await this.#state;
    if (!("reason" in reading)) await reportExisting(this.declared, reading.resources);
  }

  /** Undefined if the program itself has no credential. */
  #client(): Client | undefined {
    try {
      return readingClient();
    } catch {
      return undefined;
    }
  }

  /**
   * The state entries whose objects still exist, as far as that matters.
   *
   * @throws {ProtectedError} if other objects took the place of those that are no longer declared.
   */
  async #withoutVanished(state: readonly StateEntry[]): Promise<readonly StateEntry[]> {
    const check = (resources: readonly StateEntry[]) => {
      const { gone, fresh } = this.#compare(resources);
      if (gone.length > 0) this.#refuse(gone, fresh, resources.length);
    };
    const client = this.#client();
    if (!client) return state;
    const live = new LiveReader(client);
    const going = new Set(this.#compare(state).gone);
    try {
      const recreated = await findRecreated([...going], live);
      if (recreated.length > 0) throw new ProtectedError(recreated, describeOutcome());
      return await removeVanished(state, live, (one) => going.has(one), check);
    } finally {
      await client.close();
    }
  }

  /** @throws {Error} if the run must not continue. */
  #refuse(gone: readonly StateEntry[], fresh: readonly RegisteredResource[], managed: number): void {
    const hints = suspectedRenames(gone, fresh);
    const reasons = gone.flatMap(
      ({ kind, outputs, protect, name }) =>
        kind.refuseDelete?.(withDefaults(kind, outputs)) ??
        (protect
          ? `The ${kind.title} ${name} is protected by the program ("protect: true"). To delete it, remove that, apply it, and then remove the resource.`
          : []),
    );
    if (reasons.length > 0) throw new ProtectedError([...hints, ...reasons], describeOutcome());
    const config = new pulumi.Config("bitbucket");
    const allowed = readAllowedDeletions(environment());
    const destroyed = gone.map(({ kind, name }) => `delete ${kind.title} ${name}`);
    checkDestruction(
      { destroyed, managed, kept: managed - gone.length, outcome: describeOutcome() },
      readLimits((name) => config.get(name)),
      allowed,
    );
    if (hints.length > 0 && gone.length > (allowed ?? 0))
      throw new SuspectedRenameError(hints, describeOutcome());
  }

  #compare(state: readonly StateEntry[]): { gone: StateEntry[]; fresh: RegisteredResource[] } {
    const urns = new Set(this.registered.map(({ urn }) => urn));
    const held = new Set(state.map(({ urn }) => urn));
    const others = this.registered.filter(({ urn }) => !held.has(urn));
    // A renamed resource has kept its id.
    const ids = new Set(others.map(({ type, id }) => `${type} ${id}`));
    const left = state.filter(({ urn }) => !urns.has(urn));
    const goesOn = ({ kind, id }: StateEntry) => ids.has(`${toTypeToken(kind)} ${id}`);
    const known = new Set(left.filter(goesOn).map(({ kind, id }) => `${toTypeToken(kind)} ${id}`));
    return {
      gone: left.filter((resource) => !goesOn(resource)),
      fresh: others.filter(({ type, id }) => !known.has(`${type} ${id}`)),
    };
  }
}

function describeOutcome(): string {
  return pulumi.runtime.isDryRun() ? "Nothing was changed." : "Nothing was deleted.";
}
