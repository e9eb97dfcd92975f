/**
 * The files of a new kind, as far as they follow from its name. Everything that requires the API's
 * documentation throws, or says TODO, which a test finds: none of them passes unchanged.
 */

const withArticle = (parent) => `${parent === "environment" ? "an" : "a"} ${parent}`;

const notWritten = (what, path) => `throw new Error("Not written yet: ${what}, in ${path}");`;

export function kindFile({ name, camel, title, titles, plural, parent, collection }) {
  const path = `src/kinds/${camel}.ts`;
  const start = pathOf(collection);
  return `import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line } from "./fields";
import { defineKind, type Location } from "./kind";
${start.helper ? `import { ${start.helper} } from "./paths";\n` : ""}
/** What is read of an answer. */
const body = z.object({ id: z.string(), name: z.string() });

/** TODO: one sentence. */
export const ${camel} = defineKind({
  name: "${name}",
  title: "${title}",
  summary: "TODO: one sentence.",
  documentation: "TODO: the page of the API's documentation.",
  parents: ["${parent}"],
  naturalKey: ["name"],
  args: z.object({
    name: line(255).meta({ immutable: true, description: "TODO: what it is, and its limits." }),
    adopt,
  }),
  outputs: z.object({}),
  yaml: {
    section: "${plural}",
    form: "map",
    nameField: "name",
    example: ["${plural}:", "  TODO: {}"].join("\\n"),
  },

  source: { collection: (at) => ({ path: collection(at) }), item },
  parse(value) {
    const found = body.parse(value);
    return { id: found.id, args: { name: found.name }, outputs: {} };
  },

  // Add \`lookBeforeCreate: true\` where the service creates a second ${title} with the same natural key.
  create: () => {
    ${notWritten("create", path)}
  },
  // Left out where a change of any field replaces the ${title}.
  update: () => {
    ${notWritten("update", path)}
  },
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  // TODO: how much it matters that one is missing, is there and not declared, or has another value in a field.
  severity: { missing: "medium", extra: "medium", recreated: "medium" },
  // TODO: the page of its settings in Bitbucket's web interface, and its names in the Terraform providers.
  settingsPage: {},
  terraform: {},
});

/** Where the ${titles} of ${withArticle(parent)} are. */
function collection(at: Location): string {
  return ${start.code};
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath\`/\${id}\`;
}
`;
}

/** The expression for a path of the API's document, and the helper that it requires. */
function pathOf(collection) {
  const helpers = {
    "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}":
      "environmentPath",
    "/workspaces/{workspace}/projects/{project_key}": "projectPath",
    "/repositories/{workspace}/{repo_slug}": "repositoryPath",
    "/workspaces/{workspace}": "workspacePath",
  };
  const prefix = Object.keys(helpers).find((one) => collection.startsWith(`${one}/`));
  const rest = collection.slice(prefix?.length ?? 0).replaceAll("{workspace}", `\${at.workspace}`);
  const helper = helpers[prefix];
  return { helper, code: helper ? `\`\${${helper}(at)}${rest}\`` : `apiPath\`${rest}\`` };
}

export function emulatorFile({ name, titles, plural, parent, item, collection, id }) {
  const path = `packages/emulator/src/${plural}.ts`;
  const owner = {
    workspace: "requireWorkspace(call)",
    project: 'requireProject(call, "admin").project',
    repository: 'requireRepository(call, "admin").repository',
    environment: "requireEnvironment(call)",
  }[parent];
  const helper = owner.split("(")[0];
  const [fromEnvironments, fromShared] =
    parent === "environment"
      ? [`import { ${helper} } from "./environments";\n`, "itemsOf"]
      : ["", `itemsOf, ${helper}`];
  return `/** The ${titles} of ${withArticle(parent)}. TODO: the page of the API's documentation that this is from. */
${fromEnvironments}import { notFound } from "./errors";
import type { Call, Route } from "./server";
import { ${fromShared} } from "./shared";
import { type Item, newUuid } from "./state";

export function add${name}Routes(route: Route): void {
  const collection = "${collection}";
  const one = "${item}";
  route("GET", collection, (call) =>
    call.page(call.visible(all(call).values()), { render: (found) => render(call, found) }),
  );
  route("POST", collection, (call) => {
    const made = write(call, { uuid: newUuid() }, true);
    all(call).set(made.uuid, call.made(made));
    return render(call, made);
  });
  route("GET", one, (call) => render(call, found(call)));
  route("PUT", one, (call) => render(call, write(call, found(call), false)));
  route("DELETE", one, (call) => {
    all(call).delete(found(call).uuid);
    return undefined;
  });
}

function all(call: Call): Map<string, Item> {
  return itemsOf(call.state, ${owner}, "${plural}");
}

function found(call: Call): Item {
  const one = all(call).get(call.params.${id} ?? "");
  if (!one || call.visible([one]).length === 0) throw notFound("TODO: the service's message");
  return one;
}

/** Takes what the service takes of a body, and refuses what it refuses. */
function write(_call: Call, _item: Item, _isNew: boolean): Item {
  ${notWritten("what a body can hold", path)}
}

function render(_call: Call, _item: Item): unknown {
  ${notWritten("what an answer holds", path)}
}
`;
}

export function sampleFile({ camel }) {
  const path = `test/kinds/samples/${camel}.ts`;
  return `import type { Sample } from "./sample";

export const sample: Sample = {
  // Valid args. \`index\` makes them unlike others.
  args: () => {
    ${notWritten("the args", path)}
  },
  // Another value for each field that is changed in place; below it, \`replaces\` for those that replace the object.
  changes: {},
};
`;
}

export function openapiFile({ titles, parent }) {
  return `/** The ${titles} of ${withArticle(parent)}, from the API's documentation and not from the emulator's code. */

/** The objects in bodies and answers. */
export const schemas = {} as const;

/** The operations: \`get\`, \`post\`, … of each path. \`deployKeys.ts\` is one to copy from. */
export const paths = {} as const;

/** From the published types: \`tsc\` names each that needs its reason here, as in \`deployKeys.ts\`. */
export const differences = {} as const;
`;
}

export function emulatorTest({ plural, titles, parent, collection }) {
  const path = `test/emulator/${plural}.test.ts`;
  const asked = collection
    .replace("{workspace}", "acme")
    .replace("{repo_slug}", "api")
    .replace("{project_key}", "PLAT")
    .replace("{environment_uuid}", `\${encoded(environment.uuid)}`);
  const needs = parent === "workspace" ? [] : ["repository"];
  const isBelowEnvironment = parent === "environment";
  const constant = `const path = "${asked}";\n\n`;
  const found = `  const [environment] = (await alice("GET", "/repositories/acme/api/environments")).body.values;
  const path = \`${asked}\`;
`;
  return `import { ${["encoded", "type Json", ...needs, "start"].join(", ")} } from "./support";

${isBelowEnvironment ? "" : constant}/** Bodies as the API's documentation has them. For one that is no JSON, send a \`FormData\` of its values. */
function body(_what: "to create" | "to change"): Json {
  ${notWritten("bodies", path)}
}

test("${titles} are created, listed, read, changed and deleted", async () => {
  const { alice } = await start();
${needs.map((need) => `  await ${need}(alice);\n`).join("")}${isBelowEnvironment ? found : ""}  const made = await alice("POST", path, body("to create"));
  expect(made.status).toBeLessThan(300);
  expect(made.body).toMatchObject(body("to create"));
  expect((await alice("GET", path)).body.values).toEqual([made.body]);

  const one = \`\${path}/\${encoded(made.body.id ?? made.body.uuid)}\`;
  expect((await alice("GET", one)).body).toEqual(made.body);
  const changed = await alice("PUT", one, body("to change"));
  expect(changed.body).toMatchObject(body("to change"));
  expect((await alice("GET", one)).body).toEqual(changed.body);

  expect((await alice("DELETE", one)).status).toBe(204);
  expect((await alice("GET", one)).status).toBe(404);
  expect((await alice("GET", path)).body.values).toEqual([]);
});
`;
}
