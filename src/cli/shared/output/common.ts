/** What the output of several commands has in it. */
import { z } from "zod";
import { accountSchema } from "../../../credentials";
import { positionSchema } from "../../../desired/diagnostics";

export const count = z.int().min(0);

/** Later versions may have more in it. */
export const position = z.object(positionSchema.shape).meta({ description: positionSchema.description });

export const kind = z.string().meta({ description: "The resource type: Webhook." });
export const stackName = z.string().meta({ description: "The name of a Pulumi stack: acme, acme.PLAT." });
export const repository = z.string().meta({ description: "workspace/repository" });
export const operation = z.enum(["create", "adopt", "update", "replace", "delete"]);
export const credential = accountSchema;
