/** What the engine is told of a resource's dependencies, and so keeps in the state of each. */
import * as pulumi from "@pulumi/pulumi";
import { Project, Repository, Webhook } from "../../src/sdk/resources";

type Monitor = NonNullable<ReturnType<typeof pulumi.runtime.getMonitor>>;
type Request = Parameters<Monitor["registerResource"]>[0];

const requests = new Map<string, Request>();

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `{${name}}`, state: inputs }),
    call: () => ({}),
  });
  const monitor = pulumi.runtime.getMonitor();
  const register = monitor?.registerResource as (...given: unknown[]) => unknown;
  Object.assign(monitor ?? {}, {
    registerResource(request: Request, ...rest: unknown[]): unknown {
      requests.set(request.getName(), request);
      return register.call(monitor, request, ...rest);
    },
  });
});

const urnOf = (resource: pulumi.Resource) =>
  (resource.urn as unknown as { promise(): Promise<string> }).promise();

function dependenciesOf(name: string) {
  const request = requests.get(name);
  const byProperty = [...(request?.getPropertydependenciesMap().entries() ?? [])];
  return {
    all: request?.getDependenciesList(),
    byProperty: Object.fromEntries(byProperty.map(([property, urns]) => [property, urns.getUrnsList()])),
  };
}

test("a resource names what its properties depend on besides its parent", async () => {
  const project = new Project("project", { workspace: "acme", key: "P", name: "Project" });
  const repository = new Repository("repository", { workspace: "acme", name: "api", project: project.key });
  const hook = new Webhook(
    "hook",
    {
      workspace: "acme",
      repository: repository.uuid,
      url: "https://ci.example.com",
      events: ["repo:push"],
    },
    { parent: repository },
  );
  await urnOf(hook);
  const urn = await urnOf(project);
  expect(dependenciesOf("repository")).toMatchObject({
    all: [urn],
    byProperty: { name: [], project: [urn] },
  });
  expect(dependenciesOf("hook")).toMatchObject({ all: [], byProperty: { repository: [], url: [] } });
});
