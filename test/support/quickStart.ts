/** For Node processes that tests start: they reuse what an earlier one compiled (quickStart.cjs). */
import { join } from "node:path";

export const quickStart: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "quickStart.cjs"))}`,
};
