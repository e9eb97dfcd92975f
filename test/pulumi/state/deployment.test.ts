/** Editing a state. */
import { project, webhook } from "../../../src/kinds";
import { Deployment, listInterrupted, readInterrupted } from "../../../src/pulumi/state";

const at = { name: "s", project: "p" };
const object = { id: "{1}", inputs: { workspace: "acme" }, outputs: { workspace: "acme" } };

const empty = () => new Deployment('{"version":3,"deployment":{"secrets_providers":{"type":"x"}}}', at);
const resourcesOf = (state: Deployment) => JSON.parse(state.toText()).deployment.resources;

test("an empty state gets what the engine puts into every stack, in its order", () => {
  const state = empty();
  const repository = state.add({ kind: project, name: "PLAT" }, object);
  state.add({ kind: webhook, name: "PLAT:ci", parent: repository }, object);
  const whole = JSON.parse(state.toText());
  expect(whole.deployment.secrets_providers).toEqual({ type: "x" });
  const [root, provider, first, second] = whole.deployment.resources;
  expect(root).toEqual({
    urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
    custom: false,
    type: "pulumi:pulumi:Stack",
  });
  expect(provider.urn).toBe("urn:pulumi:s::p::pulumi:providers:pulumi-nodejs::default");
  expect(first).toMatchObject({
    parent: root.urn,
    provider: `${provider.urn}::${provider.id}`,
    protect: true,
  });
  expect(second).toMatchObject({ parent: first.urn, provider: first.provider });
  expect(() => state.add({ kind: project, name: "PLAT" }, object)).toThrow(/already contains Project PLAT/);
  expect(state.resources.map(({ kind, name }) => `${kind.name} ${name}`)).toEqual([
    "Project PLAT",
    "Webhook PLAT:ci",
  ]);
});

test("the native provider's resources are those of the program that it runs", () => {
  const provider = { name: "bitbucket-cloud", inputs: { workspace: "acme" } };
  const state = new Deployment('{"version":3,"deployment":{}}', at, () => ({ frontEnd: "native", provider }));
  const parent = state.add({ kind: project, name: "PLAT" }, object);
  const [, own, first] = resourcesOf(state);
  expect(own).toMatchObject({
    urn: "urn:pulumi:s::p::pulumi:providers:bitbucket-cloud::bitbucket-cloud",
    inputs: provider.inputs,
    outputs: provider.inputs,
  });
  expect(first).toMatchObject({
    urn: parent,
    type: "bitbucket-cloud:index:Project",
    provider: `${own.urn}::${own.id}`,
    inputs: { __provider: true },
    outputs: { __provider: expect.stringContaining("Project") },
  });

  const dynamic = empty();
  dynamic.add({ kind: project, name: "PLAT" }, object);
  const both = new Deployment(dynamic.toText(), at, () => ({ frontEnd: "native", provider }));
  expect(both.add({ kind: project, name: "WEB" }, object)).toContain("pulumi-nodejs:bitbucket:Project");
});

test("what is taken out takes along what belongs to it, and nothing names it any more", () => {
  const state = empty();
  const one = state.add({ kind: project, name: "ONE" }, object);
  state.add({ kind: project, name: "TWO", dependencies: [one] }, object);
  state.add({ kind: webhook, name: "ONE:ci", parent: one }, object);
  const entries = state.resources.filter(({ name }) => name === "ONE").map(({ entry }) => entry);
  expect(state.remove(entries).map(({ urn }) => urn.split("::").at(-1))).toEqual(["ONE", "ONE:ci"]);
  expect(state.resources.map(({ name }) => name)).toEqual(["TWO"]);
  expect(state.toText()).not.toContain("ONE");
});

test("an entry that waits to be deleted goes without the one that took its name", () => {
  const state = empty();
  const one = state.add({ kind: project, name: "ONE" }, object);
  state.add({ kind: webhook, name: "ONE:ci", parent: one }, object);
  const text = JSON.parse(state.toText());
  text.deployment.resources.push({ ...text.deployment.resources[2], id: "{0}", delete: true });
  const again = new Deployment(JSON.stringify(text), at);
  again.remove(again.resources.filter(({ entry }) => entry.delete).map(({ entry }) => entry));
  expect(again.resources.map(({ name }) => name)).toEqual(["ONE", "ONE:ci"]);
});

test("an interrupted creation is settled once the state holds the resource, and not before", () => {
  const state = empty();
  const urn = state.add({ kind: project, name: "PLAT" }, object);
  const whole = JSON.parse(state.toText());
  const pending = (name: string) => ({
    type: "creating",
    resource: { urn: urn.replace(/PLAT$/, name), type: "x", custom: true },
  });
  whole.deployment.pending_operations = [pending("PLAT"), pending("GONE")];
  expect(listInterrupted(readInterrupted(whole))).toBe("creating Project PLAT, creating Project GONE");
  const read = new Deployment(JSON.stringify(whole), at);
  expect(read.settlePending()).toMatchObject([{ resource: { urn } }]);
  expect(listInterrupted(readInterrupted(JSON.parse(read.toText())))).toBe("creating Project GONE");
});

test("an interrupted creation is settled by an apply of the other front end", () => {
  const state = empty();
  const parent = state.add({ kind: project, name: "PLAT" }, object);
  const urn = state.add({ kind: webhook, name: "PLAT:ci", parent }, object);
  const whole = JSON.parse(state.toText());
  const native = urn.replaceAll("pulumi-nodejs:bitbucket:", "bitbucket-cloud:index:");
  expect(native).not.toBe(urn);
  whole.deployment.pending_operations = [
    { type: "creating", resource: { urn: native, type: "x", custom: true } },
  ];
  const read = new Deployment(JSON.stringify(whole), at);
  expect(read.settlePending()).toHaveLength(1);
  expect(read.pending).toEqual([]);
});

test("pending operations are read and cleared, and what is not known here is kept", () => {
  const text = JSON.stringify({
    version: 3,
    features: ["x"],
    deployment: {
      metadata: { a: 1 },
      pending_operations: [
        { type: "creating", resource: { urn: "urn:pulumi:s::p::t::n", custom: true, type: "t", extra: 2 } },
      ],
    },
  });
  const state = new Deployment(text, at);
  expect(state.pending).toMatchObject([{ type: "creating", resource: { extra: 2 } }]);
  expect(JSON.parse(state.toText()).deployment.pending_operations).toHaveLength(1);
  state.clearPending();
  expect(JSON.parse(state.toText())).toEqual({
    version: 3,
    features: ["x"],
    deployment: { metadata: { a: 1 }, resources: [] },
  });
});

test("a state without a deployment is an empty one", () => {
  const state = new Deployment('{"version":3,"deployment":null}', at);
  expect(state.isEmpty).toBe(true);
  expect(resourcesOf(state)).toEqual([]);
});
