/** A stack in two states, and whether the server exactly matches one of them. */
import type { Project } from "../e2e/support/project";
import { publicKey } from "../kinds/samples/sample";
import { isFull } from "./results";

/** No guard asks how many there are: the fewer, the less a run takes. */
const repositories = isFull ? 16 : 4;

/** The project, the variables of the workspace, and of each repository five: 100 where everything is run. */
export const resources = 4 + 6 * repositories;

export type Version = "before" | "after";

/** 1 project, 3 variables of the workspace, and the repositories with 5 resources each. */
export function yamlOf(version: Version): string {
  const changed = version === "after";
  const lines = [
    "workspace: acme",
    "defaults: { repository: { deletion: allow }, project: { deletion: allow } }",
    `projects: { PLAT: { name: ${changed ? "Renamed" : "Platform"} } }`,
    `variables: { ONE: "1", TWO: "${changed ? 22 : 2}", ${changed ? "FOUR" : "THREE"}: "3" }`,
    "repositories:",
  ];
  for (let index = 0; index < repositories; index += 1) {
    lines.push(
      `  service-${index}:`,
      "    project: PLAT",
      `    description: ${changed ? "Changed" : "Service"} ${index}`,
      `    webhooks: { ci: { url: "https://ci${index}.example.com/${changed ? "new" : "old"}", events: [repo:push] } }`,
      `    deployKeys: { deploy: { key: ${publicKey(index)} } }`,
      `    variables: { LOG_LEVEL: ${changed ? "debug" : "info"}, ${changed ? "ZONE" : "REGION"}: eu }`,
      `    branchRestrictions: { no-force: { kind: force, pattern: ${changed ? "release/*" : "main"} } }`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The exact expected content of the server. */
export function wanted(version: Version): unknown {
  const changed = version === "after";
  return {
    projects: [`PLAT ${changed ? "Renamed" : "Platform"}`],
    variables: changed ? ["FOUR=3", "ONE=1", "TWO=22"] : ["ONE=1", "THREE=3", "TWO=2"],
    repositories: Array.from({ length: repositories }, (_, index) => ({
      slug: `service-${index}`,
      description: `${changed ? "Changed" : "Service"} ${index}`,
      hooks: [`https://ci${index}.example.com/${changed ? "new" : "old"}`],
      keys: 1,
      variables: changed ? ["LOG_LEVEL=debug", "ZONE=eu"] : ["LOG_LEVEL=info", "REGION=eu"],
      restrictions: [`force ${changed ? "release/*" : "main"}`],
    })).sort((a, b) => (a.slug < b.slug ? -1 : 1)),
  };
}

/** The actual content of the server. */
export function held({ acme }: Project): unknown {
  const texts = (variables: Iterable<{ key: string; value: string }>) =>
    [...variables].map(({ key, value }) => `${key}=${value}`).sort();
  return {
    projects: [...acme.projects.values()].map(({ key, name }) => `${key} ${name}`),
    variables: texts(acme.variables.values()),
    repositories: [...acme.repositories.values()]
      .map((one) => ({
        slug: one.slug,
        description: one.description,
        hooks: [...one.hooks.values()].map(({ url }) => url),
        keys: [...one.deployKeys.values()].length,
        variables: texts(one.variables.values()),
        restrictions: [...one.restrictions.values()].map(({ kind, pattern }) => `${kind} ${pattern}`),
      }))
      .sort((a, b) => (a.slug < b.slug ? -1 : 1)),
  };
}
