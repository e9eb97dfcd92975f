/** `migrate`: away from app passwords, and from what is gone. */
import { Command } from "commander";
import { migrateAuditCommand } from "./audit";
import { migrateChecklistCommand } from "./checklist";

export function migrateCommand(): Command {
  const migrate = new Command("migrate").description("Away from app passwords: see docs/migration.md");
  for (const command of [migrateAuditCommand(), migrateChecklistCommand()]) migrate.addCommand(command);
  return migrate;
}
