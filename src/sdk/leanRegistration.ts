/**
 * Keeps the state small. The engine writes the dependencies of every resource into the state: the parent once
 * as such, and, through the inputs that refer to it, twice more. The parent alone orders creation and
 * deletion.
 */
import { runtime } from "@pulumi/pulumi";
import { nameInType } from "../model/typeToken";

type Monitor = NonNullable<ReturnType<typeof runtime.getMonitor>>;
type Request = Parameters<Monitor["registerResource"]>[0];

const lean = new WeakSet<Monitor>();

/** From now on, registrations of this package's resources name their parent once. */
export function registerLean(): void {
  const monitor = runtime.getMonitor();
  if (!monitor || lean.has(monitor)) return;
  lean.add(monitor);
  const register = monitor.registerResource as (...rest: unknown[]) => unknown;
  Object.assign(monitor, {
    registerResource(request: Request, ...rest: unknown[]): unknown {
      if (nameInType(request.getType()) !== undefined) nameParentOnce(request);
      return register.call(monitor, request, ...rest);
    },
  });
}

function nameParentOnce(request: Request): void {
  const parent = request.getParent();
  const others = (urns: readonly string[]) => urns.filter((urn) => urn !== parent);
  request.setDependenciesList(others(request.getDependenciesList()));
  for (const [, dependencies] of request.getPropertydependenciesMap().entries())
    dependencies.setUrnsList(others(dependencies.getUrnsList()));
}
