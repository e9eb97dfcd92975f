/** An import from a Terraform state: what it reads, imports and reports. */
import { UserError } from "../../errors";
import type { Properties } from "../../kinds/kind";
import {
  type LiveReader,
  type Survey,
  type SurveyedObject,
  type SurveyOptions,
  UnknownUserError,
} from "../../live";
import type { ImportSelection } from "../select";
import { listAddresses } from "./removal";
import { namesWorkspaceByUuid, scopeTo, selectionFor, type TerraformScope } from "./scope";
import { selectByTerraform, type TerraformChoice } from "./select";
import type { TerraformState } from "./state";

export interface TerraformOutcome {
  readonly tool: TerraformState["tool"];
  /** Resources of the Bitbucket providers in the state, and how many of them are managed here now. */
  readonly resources: number;
  readonly taken: number;
  /** The addresses to remove from Terraform. */
  readonly addresses: readonly string[];
  /** Owners that were imported in addition, because what Terraform manages belongs to them. */
  readonly beyond: readonly string[];
  /** The secrets whose values came from the state. */
  readonly secrets: readonly string[];
}

export interface TerraformSelection extends ImportSelection {
  readonly choice: TerraformChoice;
  readonly secrets: ReadonlyMap<SurveyedObject, Properties>;
}

/** Lines of reasons in an error. */
const fewLines = 10;

export class FromTerraform {
  private constructor(
    private readonly state: TerraformState,
    private readonly reader: LiveReader,
    private readonly workspace: string,
    private readonly within: TerraformScope,
  ) {}

  /**
   * @throws {Error} if nothing in the state can be imported.
   */
  static async read(state: TerraformState, reader: LiveReader, workspace: string): Promise<FromTerraform> {
    const uuid = namesWorkspaceByUuid(state) ? await reader.workspaceUuid(workspace) : undefined;
    const found = scopeTo(state, workspace, uuid);
    if (found.managed.length === 0)
      throw new UserError(
        describeNothing(`The state contains nothing to import in ${workspace}`, found.without),
      );
    return new FromTerraform(state, reader, workspace, found);
  }

  /** Only what the state names is read. */
  get selection(): Omit<SurveyOptions, "workspace"> {
    return selectionFor(this.within);
  }

  /**
   * @throws {Error} if nothing was found.
   */
  async choose(live: Survey, skipped: ImportSelection["skipped"]): Promise<TerraformSelection> {
    const { managed, without } = this.within;
    const choice = selectByTerraform(managed, live, { skipped, users: await this.#users() });
    const notes = [...without, ...choice.missing];
    if (choice.found.size === 0)
      throw new UserError(
        describeNothing(`None of the objects in the state were found in ${this.workspace}`, notes),
      );
    return { objects: choice.objects, skipped, notes, choice, secrets: choice.secrets };
  }

  /**
   * @param leftOut What could not be declared after all.
   * @param secrets The names of the secrets whose values are known now.
   */
  outcome(
    { found, beyond }: TerraformChoice,
    leftOut: ReadonlySet<SurveyedObject>,
    secrets: readonly string[],
  ): TerraformOutcome {
    const isIn = (object: SurveyedObject | undefined): boolean =>
      object !== undefined && (leftOut.has(object) || isIn(object.owner));
    const taken = [...found].flatMap(([resource, objects]) =>
      objects.length > 0 && objects.every(isIn) ? [] : [resource],
    );
    return {
      tool: this.state.tool,
      resources: this.state.resources.length + this.state.remarks.length,
      taken: taken.length,
      addresses: listAddresses(this.state, new Set(taken)),
      beyond: beyond.map(
        ({ kind, found: { args } }) => `${kind.title} ${args.slug ?? args.key ?? args.name}`,
      ),
      secrets,
    };
  }

  /**
   * The state may name users by account id. Users who cannot be found are reported where they are referred
   * to.
   */
  async #users(): Promise<ReadonlyMap<string, string>> {
    const names = new Set(
      this.within.managed.flatMap(({ targets, resource }) =>
        targets.flatMap(({ each }) => each?.(resource.attributes) ?? []),
      ),
    );
    const uuids = new Map<string, string>();
    for (const name of names) {
      if (typeof name !== "string" || name === "" || name.startsWith("{")) continue;
      try {
        uuids.set(name, await this.reader.people.uuidOf(this.workspace, name));
      } catch (error) {
        if (!(error instanceof UnknownUserError)) throw error;
      }
    }
    return uuids;
  }
}

function describeNothing(what: string, lines: readonly string[]): string {
  const rest = lines.length - fewLines;
  return [
    `${what}, and nothing was written:`,
    ...lines.slice(0, fewLines).map((line) => `  - ${line.replace(/\s+/g, " ")}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ].join("\n");
}
