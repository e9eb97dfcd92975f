/** What the stack's state holds, read through the engine's own command line: the backend is Pulumi's. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { kinds } from "../kinds";
import type { Kind, Values } from "../kinds/kind";
import { typeToken } from "../provider/type";

const execute = promisify(execFile);

/** Bytes of a state, at most. */
const mostBytes = 512 * 1024 * 1024;

/** What was last applied of a resource. */
export interface Applied {
  readonly kind: Kind;
  readonly name: string;
  readonly outputs: Values;
  readonly id?: string | undefined;
  /** The engine refuses to delete it. */
  readonly protect?: boolean | undefined;
  /** It was replaced by another of the same name, and is still to be deleted. */
  readonly condemned?: boolean | undefined;
  readonly urn?: string | undefined;
  /** The URN of the resource that it belongs to. */
  readonly parent?: string | undefined;
}

export interface StateResource extends Applied {
  readonly urn: string;
  readonly id: string;
}

const exported = z.object({
  deployment: z
    .object({
      resources: z
        .array(
          z.object({
            urn: z.string(),
            type: z.string(),
            id: z.string().optional(),
            parent: z.string().optional(),
            outputs: z.record(z.string(), z.unknown()).optional(),
            protect: z.boolean().optional(),
            delete: z.boolean().optional(),
            external: z.boolean().optional(),
          }),
        )
        .optional(),
    })
    .nullish(),
});

/**
 * The resources in the state, or undefined where it cannot be read: without `pulumi` on PATH, say.
 *
 * @param read A folder with states that the run has read already, by the names of their stacks.
 */
export async function readState(
  stack: string,
  read: string | undefined = process.env.BITBUCKET_STATES,
): Promise<readonly StateResource[] | undefined> {
  try {
    const known = read === undefined ? "" : join(read, `${stack.split("/").at(-1)}.state.json`);
    if (known !== "" && existsSync(known)) return resourcesIn(JSON.parse(await readFile(known, "utf8")));
    const { stdout } = await execute("pulumi", ["stack", "export", "--stack", stack], {
      maxBuffer: mostBytes,
    });
    return resourcesIn(JSON.parse(stdout));
  } catch {
    return undefined;
  }
}

/** The resources of an exported state. Secrets in it stay encrypted. */
export function resourcesIn(state: unknown): readonly StateResource[] {
  const byType = new Map(kinds.map((kind) => [typeToken(kind), kind]));
  return (exported.parse(state).deployment?.resources ?? []).flatMap((resource) => {
    const { urn, type, outputs = {}, id = "", parent, protect } = resource;
    const kind = byType.get(type);
    if (!kind || resource.external) return [];
    const name = urn.split("::").slice(3).join("::");
    return [
      {
        kind,
        name,
        urn,
        id,
        parent,
        outputs,
        ...(protect ? { protect } : {}),
        ...(resource.delete ? { condemned: true } : {}),
      },
    ];
  });
}
