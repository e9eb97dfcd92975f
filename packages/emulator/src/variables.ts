/** Pipeline variables of workspaces, repositories and deployment environments. */
import { allowWorkspaceAdmin } from "./access";
import { requireEnvironment } from "./environments";
import { invalidField, pipelinesConflict } from "./errors";
import type { Call, Route } from "./server";
import {
  readFlag,
  readText,
  recordLocationBelow,
  requireItem,
  requireRepository,
  requireWorkspace,
} from "./shared";
import { newUuid, type Variable } from "./state";

export function addVariableRoutes(route: Route): void {
  const families = [
    ["/workspaces/{workspace}/pipelines-config/variables", ofWorkspace, true],
    [
      "/repositories/{workspace}/{repo_slug}/pipelines_config/variables",
      (call: Call) => requireRepository(call, "admin").repository.variables,
      true,
    ],
    // A single variable cannot be read.
    [
      "/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables",
      (call: Call) => requireEnvironment(call).variables,
      false,
    ],
  ] as const;
  for (const [path, variablesOf, single] of families) {
    route("GET", path, (call) =>
      call.page(call.visible(variablesOf(call).values()).map(render), { counted: true }),
    );
    route("POST", path, (call) => {
      const variables = variablesOf(call);
      const made = write(call, variables, { uuid: newUuid(), key: "", value: "", secured: false }, true);
      variables.set(made.uuid, call.made(made));
      recordLocationBelow(call, made.uuid);
      return render(made);
    });
    if (single) route("GET", `${path}/{variable_uuid}`, (call) => render(one(call, variablesOf(call))));
    route("PUT", `${path}/{variable_uuid}`, (call) => {
      const variables = variablesOf(call);
      return render(write(call, variables, one(call, variables), false));
    });
    route("DELETE", `${path}/{variable_uuid}`, (call) => {
      const variables = variablesOf(call);
      variables.delete(one(call, variables).uuid);
    });
  }
}

function ofWorkspace(call: Call): Map<string, Variable> {
  const owner = requireWorkspace(call);
  allowWorkspaceAdmin(call.principal, owner);
  return owner.variables;
}

function one(call: Call, variables: Map<string, Variable>): Variable {
  return requireItem(call, variables, "variable_uuid", "Variable not found");
}

function write(call: Call, variables: Map<string, Variable>, variable: Variable, fresh: boolean): Variable {
  const key = readText(call, "key", variable.key);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    throw invalidField(
      "key",
      "The key must hold letters, digits and underscores only, and not start with a digit.",
    );
  }
  for (const other of variables.values()) {
    if (other !== variable && other.key === key) {
      throw pipelinesConflict(
        "variable-service.variable.duplicate",
        `A variable with the key ${key} already exists.`,
      );
    }
  }
  const secured = readFlag(call, "secured", variable.secured);
  const given = call.body.value;
  if ((fresh || (variable.secured && !secured)) && typeof given !== "string")
    throw invalidField("value", "The value is required.");
  return Object.assign(variable, { key, secured, value: typeof given === "string" ? given : variable.value });
}

function render(variable: Variable): unknown {
  const { value, ...shown } = variable;
  return { type: "pipeline_variable", ...shown, ...(variable.secured ? {} : { value }) };
}
