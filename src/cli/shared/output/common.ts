/** What the output of several commands has in it. */
import { z } from "zod";
import { accountSchema } from "../../../credentials";

export const count = z.int().min(0);

export const position = z
  .object({
    file: z.string().meta({ description: "Relative to the project, with slashes." }),
    line: z.int().min(0).meta({ description: "The first is 1. 0: the file as a whole." }),
    column: z.int().min(0).meta({ description: "The first is 1. 0: the file as a whole." }),
    path: z.string().meta({ description: "In the YAML: repositories.api.webhooks.ci.url. Empty: the top." }),
  })
  .meta({ description: "A place in the YAML." });

export const kind = z.string().meta({ description: "The resource type: Webhook." });
export const stackName = z.string().meta({ description: "The name of a Pulumi stack: acme, acme.PLAT." });
export const repository = z.string().meta({ description: "workspace/repository" });
export const operation = z.enum(["create", "adopt", "update", "replace", "delete"]);
export const credential = accountSchema;
