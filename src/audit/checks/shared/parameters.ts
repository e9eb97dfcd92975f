/** The parameters of the checks that have some, as a policy sets them. */
import { z } from "zod";
import { type AuditSettings, defaultSettings } from "./settings";

/** Values from YAML that the settings of a check are made from. Users are still to be looked up. */
export interface CheckValues extends Partial<Omit<AuditSettings, "admins" | "now">> {
  /** Users by UUID, e-mail address, nickname or account id. */
  readonly admins?: readonly string[] | undefined;
}

interface CheckParameters {
  /** Whether the check cannot be made without them. */
  readonly isRequired: boolean;
  readonly schema: z.ZodObject;
  /** @param values What the schema has parsed. */
  toSettings(values: unknown): CheckValues;
}

function define<Schema extends z.ZodObject>(
  schema: Schema,
  toSettings: (values: z.output<Schema>) => CheckValues,
  isRequired = false,
): CheckParameters {
  return { schema, isRequired, toSettings: (values) => toSettings(schema.parse(values)) };
}

const texts = z.array(z.string().min(1, "must not be empty")).min(1, "must not be empty");

function days(description: string, usual: number) {
  return z.strictObject({ days: z.int().min(0).default(usual).meta({ description }) });
}

const byCheck: Readonly<Record<string, CheckParameters>> = {
  approvals: define(
    z.strictObject({
      approvals: z
        .int()
        .min(1)
        .default(defaultSettings.approvals)
        .meta({ description: "Approvals that a merge into the main branch must need." }),
    }),
    ({ approvals }) => ({ approvals }),
  ),
  "too-many-admins": define(
    z.strictObject({
      maxAdmins: z
        .int()
        .min(0)
        .default(defaultSettings.maxAdmins)
        .meta({ description: "Users with admin rights on one project or repository, at most." }),
    }),
    ({ maxAdmins }) => ({ maxAdmins }),
  ),
  "unlisted-admin": define(
    z.strictObject({
      admins: texts.meta({
        description:
          "The users who may have admin rights: UUIDs, e-mail addresses, nicknames or account ids.",
      }),
    }),
    ({ admins }) => ({ admins }),
    true,
  ),
  "webhook-host": define(
    z.strictObject({
      hosts: texts.meta({ description: "Hosts that webhooks may be sent to: names, or globs of them." }),
    }),
    ({ hosts }) => ({ webhookHosts: hosts }),
    true,
  ),
  "deploy-key-age": define(
    days("Days after which a deploy key is old.", defaultSettings.keyDays),
    (values) => ({
      keyDays: values.days,
    }),
  ),
  "deploy-key-unused": define(
    days("Days without a use after which a deploy key counts as unused.", defaultSettings.unusedDays),
    (values) => ({ unusedDays: values.days }),
  ),
  "inactive-repository": define(
    days("Days without a commit after which a repository counts as inactive.", defaultSettings.inactiveDays),
    (values) => ({ inactiveDays: values.days }),
  ),
};

/** @returns undefined where a check has no parameters. */
export function parametersOf(checkId: string): CheckParameters | undefined {
  return byCheck[checkId];
}
