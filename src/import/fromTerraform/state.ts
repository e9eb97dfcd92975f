/**
 * Reads the output of `terraform state pull`, and recognizes the many other files that people mistake for it.
 */
import { z } from "zod";
import { formatShapeError, UserError } from "../../errors";

export type Attributes = Readonly<Record<string, unknown>>;

/** A managed resource of a Bitbucket provider. */
export interface TerraformResource {
  /** `module.team.bitbucket_hook.ci["api"]` */
  readonly address: string;
  /** The same without the index, shared by all instances. */
  readonly block: string;
  /** `bitbucket_hook` */
  readonly type: string;
  readonly attributes: Attributes;
}

/** An instance that cannot be imported, and the reason. */
interface Remark {
  readonly address: string;
  readonly block: string;
  readonly reason: string;
}

export interface TerraformState {
  readonly resources: readonly TerraformResource[];
  readonly remarks: readonly Remark[];
  /** The command that manages the state. */
  readonly tool: "terraform" | "tofu";
}

const stateSchema = z.object({
  resources: z
    .array(
      z.object({
        module: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        provider: z.string().optional(),
        instances: z.array(
          z.object({
            index_key: z.union([z.string(), z.number()]).optional(),
            deposed: z.string().optional(),
            attributes: z.record(z.string(), z.unknown()).nullish(),
            attributes_flat: z.unknown().optional(),
          }),
        ),
      }),
    )
    .nullish(),
});

/** The distinctive fields of each file type. */
const heads = z.object({
  version: z.unknown().optional(),
  format_version: z.unknown().optional(),
  encrypted_data: z.unknown().optional(),
});

const pull = 'Pass the output of "terraform state pull".';

/**
 * @param file Its name in errors.
 * @throws {Error} if it is not a Terraform state, or holds no Bitbucket resources.
 */
export function readTerraform(content: string | Uint8Array, file = "the file"): TerraformState {
  const state = stateSchema.safeParse(stateIn(content, file));
  // The values of a state are secrets and appear in no message.
  if (!state.success) throw new UserError(`${file}: ${formatShapeError(state.error)}. ${pull}`);
  const resources: TerraformResource[] = [];
  const remarks: Remark[] = [];
  let tool: TerraformState["tool"] = "terraform";
  const others = new Set<string>();
  for (const { module, mode, type, name, provider, instances } of state.data.resources ?? []) {
    if (mode !== "managed") continue;
    if (!type.startsWith("bitbucket_")) {
      others.add(type.split("_")[0] ?? type);
      continue;
    }
    if (provider?.includes("registry.opentofu.org")) tool = "tofu";
    const block = [module, `${type}.${name}`].filter(Boolean).join(".");
    for (const { index_key, deposed, attributes, attributes_flat } of instances) {
      const address = block + indexOf(index_key);
      if (deposed === undefined && attributes) resources.push({ address, block, type, attributes });
      else remarks.push({ address, block, reason: whyNot(deposed, attributes_flat !== undefined) });
    }
  }
  if (resources.length === 0 && remarks.length === 0)
    throw new UserError(`${file} ${nothingIn([...others])}`);
  return { resources, remarks, tool };
}

function whyNot(deposed: string | undefined, isFlat: boolean): string {
  if (deposed !== undefined)
    return `its deposed object ${deposed} was replaced and is not deleted yet: run terraform apply first`;
  const what = isFlat ? "was last written by Terraform 0.11" : "the state contains no values of it";
  return `${what}: run terraform apply -refresh-only, and pull the state again`;
}

function nothingIn(others: readonly string[]): string {
  const where = "Pull the state of the folder and Terraform workspace in which Bitbucket is managed.";
  if (others.length === 0) return `contains no resources. ${where}`;
  const server = others.includes("bitbucketserver")
    ? " Bitbucket Server and Data Center are different products and not supported."
    : "";
  const shown = others.slice(0, 5).join(", ") + (others.length > 5 ? ", …" : "");
  return `contains no resource of a provider for Bitbucket Cloud, only of others (${shown}).${server} ${where}`;
}

/**
 * @throws {Error} that says what the file is instead.
 */
function stateIn(content: string | Uint8Array, file: string): unknown {
  const text = decodeText(content).trim();
  if (text === "")
    throw new UserError(
      `${file} is empty. "terraform state pull" prints nothing without a state: run it after terraform init, in the folder and Terraform workspace in which Bitbucket is managed.`,
    );
  if (text.startsWith("PK")) throw new UserError(`${file} is a saved plan, not a state. ${pull}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new UserError(`${file} is not JSON. ${pull}`);
  }
  const { data } = heads.safeParse(parsed);
  if (data?.encrypted_data !== undefined)
    throw new UserError(
      `${file} is encrypted by OpenTofu. Pass the output of "tofu state pull", which decrypts it.`,
    );
  if (data?.format_version !== undefined)
    throw new UserError(
      `${file} is the output of "terraform show -json", which is not a state: it lacks secrets. ${pull}`,
    );
  if (typeof data?.version !== "number")
    throw new UserError(`${file} is JSON, but not a Terraform state. ${pull}`);
  if (data.version < 4)
    throw new UserError(
      `${file} is a Terraform state of version ${data.version}, which Terraform 0.11 and older write. Run "terraform apply -refresh-only" with a current Terraform, and pass the output of "terraform state pull".`,
    );
  if (data.version > 4)
    throw new UserError(
      `${file} is a Terraform state of version ${data.version}; version 4 is supported. A newer bitbucket-as-code may support it.`,
    );
  return parsed;
}

/** PowerShell redirects write files as UTF-16 with a byte order mark. */
function decodeText(content: string | Uint8Array): string {
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  const encoding = content[0] === 0xff && content[1] === 0xfe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(content);
}

/** Escaped as Terraform does: in a quoted text, `${` and `%{` would begin a template. */
function indexOf(key: string | number | undefined): string {
  if (key === undefined) return "";
  return `[${JSON.stringify(key).replace(/([$%])\{/g, "$1$1{")}]`;
}
