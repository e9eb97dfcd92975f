/** `unmanaged`: lists what is in the workspace and not in the YAML. It only reads. */

import { Command } from "commander";
import colors from "picocolors";
import { escapeUnprintable } from "../../bitbucket/printable";
import { locateStack } from "../../desired";
import { resolveDesired } from "../../drift/desired";
import { loadStates } from "../../drift/states";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";
import { readText } from "../../live";
import { applyRenames, createLiveLookup, findRenames } from "../../plan";
import { checkWorkspace } from "../../plan/workspace";
import {
  type Discovery,
  findUnmanaged,
  formatUnreadable,
  nameOf,
  type UnmanagedObject,
} from "../../unmanaged";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { printOutput } from "../shared/output/print";
import { withProgress } from "../shared/progress";
import { findProject, readConfig } from "../shared/project";
import { repositoryFilesOnce } from "../shared/repositoryFiles";

interface UnmanagedOptions {
  readonly json?: boolean;
  readonly expectNone?: boolean;
}

export function createUnmanagedCommand(): Command {
  return new Command("unmanaged")
    .description("List unmanaged resources: those in the workspace and not in the YAML. Reads only")
    .argument("<stack>", "the stack's name")
    .option("--expect-none", "exit with 2 if there are any, and with 1 if it is not certain")
    .option("--json", "print the list as JSON")
    .addHelpText(
      "after",
      `
Resources that the YAML ignores are excluded; without a policy they are listed (see docs/how-to/unmanaged-resources.md).

Exit codes: 0 listed, 2 something exists for which "unmanaged: fail" is set, 1 an error

Examples:
  npx bitbucket-as-code unmanaged acme
  npx bitbucket-as-code unmanaged acme --expect-none
  npx bitbucket-as-code unmanaged acme --json | jq '.objects[] | select(.kind == "Webhook")'`,
    )
    .action(async (stack: string, options: UnmanagedOptions) => {
      const found = await discover(stack);
      if (options.json) printOutput("unmanaged", toOutput(found));
      else process.stdout.write(textOf(found));
      const failing = found.objects.some(({ policy }) => policy === "fail");
      if (failing || (options.expectNone && found.objects.length > 0)) process.exitCode = 2;
      else if (options.expectNone && found.unreadable.length > 0) process.exitCode = 1;
    });
}

async function discover(name: string): Promise<Discovery> {
  const { root, name: project } = findProject();
  const { stack } = locateStack(root, name);
  const config = readConfig(root, stack);
  return withClient({ config, summary: true }, ({ client, reader }) =>
    withProgress("collections", client, async (shown) => {
      // Of all shards: a repository of one shard is not unmanaged for the others.
      const { desired, state } = await loadStates(root, stack, useEngine, () =>
        repositoryFilesOnce(root, stack, { client, reader }),
      );
      const secrets = {
        env: environment(),
        config: (key: string) => config(`${project}:${key}`),
        bitbucket: (path: string) => readText(client, path),
      };
      await checkWorkspace(desired, state, reader);
      const wanted = await resolveDesired(desired.resources, secrets, reader, desired.workspace);
      const args = desired.resources.map((resource) => ({
        resource,
        args: wanted.get(resource)?.args ?? resource.args,
      }));
      const { former } = await findRenames(args, state, createLiveLookup(reader));
      return findUnmanaged({
        stack: desired,
        args: (resource) => wanted.get(resource)?.args,
        state: applyRenames(state, former),
        defaultPolicy: "report",
        reader,
        onProgress: () => {
          shown.expect(1);
          shown.done();
        },
      });
    }),
  );
}

/** The display order of places: the workspace itself, projects, repositories. */
function placeOf({ kind, repository, project }: UnmanagedObject): string {
  if (kind.parentRole === "repository") return "2 Repositories";
  if (kind.parentRole === "project") return "1 Projects";
  if (repository !== undefined) return `4 In the repository ${repository}`;
  if (project !== undefined) return `3 In the project ${project}`;
  return "0 In the workspace";
}

function textOf({ objects, unreadable }: Discovery): string {
  const groups = new Map<string, UnmanagedObject[]>();
  for (const one of objects) groups.set(placeOf(one), [...(groups.get(placeOf(one)) ?? []), one]);
  const lines: string[] = [];
  for (const place of [...groups.keys()].sort((a, b) => a.localeCompare(b, "en"))) {
    lines.push(colors.bold(escapeUnprintable(place.slice(2))));
    for (const one of groups.get(place) ?? []) lines.push(`  ${lineOf(one)}`);
    lines.push("");
  }
  if (unreadable.length > 0) lines.push(colors.yellow(escapeUnprintable(formatUnreadable(unreadable))), "");
  const count = objects.length;
  lines.push(
    count === 0
      ? unreadable.length > 0
        ? "No unmanaged resources found in what could be read."
        : "No unmanaged resources (ignored resources excluded)."
      : `${formatCount(count, "unmanaged resource")}.`,
  );
  return `${lines.join("\n")}\n`;
}

function lineOf(one: UnmanagedObject): string {
  const { kind, label, names, environment, policy } = one;
  const other = names.find((name) => !label.includes(name) && name.length < 60);
  const what = environment === undefined ? label : `${environment}: ${label}`;
  const more = other === undefined ? "" : colors.dim(` (${escapeUnprintable(other)})`);
  const mark = policy === "report" ? "" : colors.yellow(` [${policy}]`);
  return `${kind.title} ${escapeUnprintable(what)}${more}${mark}`;
}

/** Contains only names and places: values may be secret. */
function toOutput({ objects, unreadable }: Discovery) {
  return {
    objects: objects.map((one) => ({
      kind: one.kind.name,
      name: nameOf(one),
      label: one.label,
      id: one.found.id,
      project: one.project,
      repository: one.repository,
      environment: one.environment,
      policy: one.policy,
    })),
    unreadable: unreadable.map(({ kind, at, reason }) => ({ kind: kind.name, at, reason })),
  };
}
