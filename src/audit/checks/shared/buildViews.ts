/** Arranges a workspace as the checks see it. */
import { z } from "zod";
import { project, repository } from "../../../kinds";
import type { Kind } from "../../../kinds/kind";
import { toCanonicalUuid } from "../../../kinds/uuid";
import type { SurveyedObject, UnreadablePart } from "../../../live";
import { partOfKind, rootOf } from "./parts";
import type { AuditParts } from "./read";
import type { AuditedWorkspace, Part, ProjectView, RepositoryView, WorkspaceView } from "./views";

/** Arranges what was read as the checks see it. Values of the objects are read only where a check asks for them. */
export function buildViews(parts: Omit<AuditParts, "unread">): AuditedWorkspace {
  const builder = new ViewBuilder(parts);
  const viewsOf = <View>(kind: Kind, view: (object: SurveyedObject) => View) =>
    parts.objects.filter((object) => object.kind === kind).map(view);
  return {
    workspace: builder.workspace,
    projects: viewsOf(project, (object) => builder.project(object)),
    repositories: viewsOf(repository, (object) => builder.repository(object)),
  };
}

class ViewBuilder {
  readonly workspace: WorkspaceView;
  readonly #index: Index;
  /** What could not be read of any owner. */
  readonly #unreadOfAll: readonly Part[];

  constructor(private readonly parts: Omit<AuditParts, "unread">) {
    const { workspace, objects, unreadable, members } = parts;
    this.#index = new Index(objects, unreadable);
    this.#unreadOfAll = members === undefined ? ["members"] : [];
    this.workspace = {
      level: "workspace",
      slug: workspace,
      members: members ?? new Map(),
      ...this.#owner(undefined),
    };
  }

  project(object: SurveyedObject): ProjectView {
    const index = this.#index;
    const keys = this.parts.deployKeys.get(object.found.id);
    return {
      level: "project",
      key: String(object.found.args.key),
      object,
      workspace: this.workspace,
      ...this.#owner(object, keys === undefined ? ["deployKeys"] : []),
      get users() {
        return index.listGranted(object, "users");
      },
      get groups() {
        return index.listGranted(object, "groups");
      },
      deployKeys: keys ?? [],
    };
  }

  repository(object: SurveyedObject): RepositoryView {
    const index = this.#index;
    const { args, outputs, id } = object.found;
    const keys = this.parts.deployKeys.get(id);
    const lastCommit = this.parts.lastCommits.get(id);
    const unread: readonly Part[] = [
      ...(keys === undefined ? (["deployKeys"] as const) : []),
      ...(lastCommit === undefined ? (["commits"] as const) : []),
    ];
    return {
      level: "repository",
      slug: String(outputs.slug ?? args.slug),
      get project() {
        return typeof args.project === "string" ? args.project : undefined;
      },
      object,
      workspace: this.workspace,
      get isPrivate() {
        return args.isPrivate !== false;
      },
      get mainBranch() {
        return mainBranchOf(object);
      },
      ...(typeof lastCommit === "string" ? { lastCommit } : {}),
      ...this.#owner(object, unread),
      get users() {
        return index.listGranted(object, "users");
      },
      get groups() {
        return index.listGranted(object, "groups");
      },
      restrictions: index.of(object, "branchRestrictions"),
      environments: index.of(object, "environments"),
      get mainBranchTypes() {
        return typesOf(index.of(object, "branchingModel")[0], mainBranchOf(object));
      },
      deployKeys: keys ?? [],
    };
  }

  #owner(object: SurveyedObject | undefined, unread: readonly Part[] = []) {
    return {
      unread: new Set([...this.#index.findUnread(object), ...this.#unreadOfAll, ...unread]),
      webhooks: this.#index.of(object, "webhooks"),
      variables: this.#index.of(object, "variables"),
      runners: this.#index.of(object, "runners"),
    };
  }
}

function mainBranchOf({ found: { args } }: SurveyedObject): string | undefined {
  return typeof args.mainBranch === "string" ? args.mainBranch : undefined;
}

/** The branch types that the main branch has in the branching model. */
function typesOf(model: SurveyedObject | undefined, mainBranch: string | undefined): ReadonlySet<string> {
  const target = z.object({ useMainBranch: z.boolean().optional(), name: z.string().optional() });
  const types = (["development", "production"] as const).filter((type) => {
    const parsed = target.safeParse(model?.found.args[type]);
    return parsed.success && (parsed.data.useMainBranch === true || parsed.data.name === mainBranch);
  });
  return new Set(types);
}

/** What belongs to what. */
class Index {
  readonly #below = new Map<string, SurveyedObject[]>();
  readonly #unread = new Map<string, Set<Part>>();

  constructor(objects: readonly SurveyedObject[], unreadable: readonly UnreadablePart[]) {
    for (const object of objects) {
      const owner = rootOf(object);
      // The owners themselves, and what belongs to the workspace.
      if (object.kind === project || object.kind === repository) continue;
      const name = nameOf(owner);
      this.#below.set(name, [...(this.#below.get(name) ?? []), object]);
    }
    for (const { kind, owner, field } of unreadable) {
      const name = nameOf(owner && (rootOf(owner) ?? owner));
      const parts = this.#unread.get(name) ?? new Set<Part>();
      parts.add(field === undefined ? (partOfKind.get(kind) ?? "settings") : "pipelines");
      this.#unread.set(name, parts);
    }
  }

  of(owner: SurveyedObject | undefined, part: Part): readonly SurveyedObject[] {
    return (this.#below.get(nameOf(owner)) ?? []).filter(({ kind }) => partOfKind.get(kind) === part);
  }

  listGranted(owner: SurveyedObject, part: "users" | "groups"): readonly SurveyedObject[] {
    return this.of(owner, part).filter(isGranted);
  }

  findUnread(owner: SurveyedObject | undefined): ReadonlySet<Part> {
    return this.#unread.get(nameOf(owner)) ?? new Set();
  }
}

/** A permission of "none" means that there is none. */
function isGranted({ kind, found }: SurveyedObject): boolean {
  return kind.isTombstone?.(found) !== true;
}

function nameOf(owner: SurveyedObject | undefined): string {
  return owner === undefined ? "" : `${owner.kind.name} ${toCanonicalUuid(owner.found.id)}`;
}
