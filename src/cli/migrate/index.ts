/** `migrate`: migrates from app passwords and removed endpoints. */
import { Command } from "commander";
import { createMigrateAuditCommand } from "./audit";
import { createMigrateChecklistCommand } from "./checklist";

export function createMigrateCommand(): Command {
  const migrate = new Command("migrate").description(
    "Migrate from app passwords: see docs/how-to/move-from-app-passwords.md",
  );
  for (const command of [createMigrateAuditCommand(), createMigrateChecklistCommand()])
    migrate.addCommand(command);
  return migrate;
}
