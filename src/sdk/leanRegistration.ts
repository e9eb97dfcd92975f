/**
 * Keeps the state small. The engine writes into the state of every resource what it depends on: the parent once as
 * such, and, through the inputs that name it, twice more. The parent alone orders creation and deletion.
 */
import { runtime } from "@pulumi/pulumi";

type Monitor = NonNullable<ReturnType<typeof runtime.getMonitor>>;
type Request = Parameters<Monitor["registerResource"]>[0];

const lean = new WeakSet<Monitor>();

/**
 * From now on, registrations of resources whose type begins like this name their parent once.
 *
 * @param prefix The beginning of a type token.
 */
export function registerLean(prefix: string): void {
  const monitor = runtime.getMonitor();
  if (!monitor || lean.has(monitor)) return;
  lean.add(monitor);
  const register = monitor.registerResource as (...rest: unknown[]) => unknown;
  Object.assign(monitor, {
    registerResource(request: Request, ...rest: unknown[]): unknown {
      if (request.getType().startsWith(prefix)) nameParentOnce(request);
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
