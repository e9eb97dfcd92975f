/** What a report could not look at, in the models of the audit and of the access review. */
import { z } from "zod";

export const unreadPartSchema = z.object({
  project: z.string().optional(),
  repository: z.string().optional(),
  part: z.string().meta({ description: "What could not be read." }),
  reason: z.string(),
});
