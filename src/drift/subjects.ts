/** The resources that are compared: what is declared, and what only the state has. */
import { type DesiredResource, keyOf } from "../desired";
import type { StateEntry } from "../plan";
import { type ComparedResource, placeOf } from "./findingList";
import type { Places } from "./places";
import { createSelector, type Filter, findMisses } from "./select";

/** What is compared, by the filter and the scope, and the parts of the filter that match nothing. */
export function selectSubjects(
  all: readonly ComparedResource[],
  places: Places,
  filter: Filter,
  scope: ReadonlySet<string> | undefined,
) {
  const isSelected = createSelector(filter);
  const belongings = all.map((subject) => {
    const { project, repositories } = placeOf(places, subject);
    return { kind: subject.kind.name, project, repositories };
  });
  const subjects = all.filter((subject, index) => {
    const belonging = belongings[index];
    return belonging && isSelected(belonging) && (scope === undefined || scope.has(keyOf(subject)));
  });
  return { all, subjects, misses: findMisses(filter, belongings) };
}

/** The desired resources, followed by those that only the state has. */
export function subjectsOf(
  resources: readonly DesiredResource[],
  state: readonly StateEntry[],
): ComparedResource[] {
  const held = new Map<string, StateEntry>();
  for (const resource of state) if (!resource.pendingDelete) held.set(keyOf(resource), resource);
  const subjects = resources.map((resource): ComparedResource => {
    const key = keyOf(resource);
    return { key, kind: resource.kind, name: resource.name, resource, entry: held.get(key) };
  });
  const known = new Set(subjects.map(({ key }) => key));
  const left = [
    ...[...held.values()].filter((resource) => !known.has(keyOf(resource))),
    ...state.filter(({ pendingDelete }) => pendingDelete),
  ];
  return [
    ...subjects,
    ...left.map((resource) => ({
      key: resource.pendingDelete ? `${keyOf(resource)} (replaced)` : keyOf(resource),
      kind: resource.kind,
      name: resource.name,
      entry: resource,
    })),
  ];
}
