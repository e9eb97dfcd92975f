/** The default stack of a command. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, extname, join } from "node:path";
import { z } from "zod";
import { environment } from "../../environment";
import { tryRead } from "../../errors";
import { toStackName } from "../../model/stackName";
import { findProject, type PulumiProject } from "./project";

const selection = z.object({ stack: z.string() });

/** The project of the current folder, or undefined if there is none. */
export function findProjectHere(): PulumiProject | undefined {
  return tryRead(findProject);
}

/** The stack of `PULUMI_STACK` or of `pulumi stack select`, or the only one that exists. */
export function findCurrentStack(project: PulumiProject): string | undefined {
  const named = environment().PULUMI_STACK ?? readSelected(project);
  if (named) return toStackName(named);
  const folder = join(project.root, "stacks");
  const stacks = existsSync(folder) ? readdirSync(folder).map((file) => basename(file, extname(file))) : [];
  return stacks.length === 1 ? stacks[0] : undefined;
}

/**
 * Where Pulumi stores it: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/workspace.go
 */
function readSelected({ root, name }: PulumiProject): string | undefined {
  const home = environment().PULUMI_HOME ?? join(homedir(), ".pulumi");
  const hash = createHash("sha1").update(join(root, "Pulumi.yaml")).digest("hex");
  const file = join(home, "workspaces", `${name}-${hash}-workspace.json`);
  if (!existsSync(file)) return undefined;
  const parsed = selection.safeParse(JSON.parse(readFileSync(file, "utf8")));
  return parsed.success ? parsed.data.stack : undefined;
}
