/** `auth`: the credential and its scopes. */
import { Command } from "commander";
import { createLoginCommand, createLogoutCommand } from "./login";
import { createAuthScopesCommand } from "./scopes";
import { createAuthStatusCommand } from "./status";

export function createAuthCommand(): Command {
  return new Command("auth")
    .description("Manage the credential: its source, required scopes, and storage")
    .addCommand(createAuthStatusCommand())
    .addCommand(createAuthScopesCommand())
    .addCommand(createLoginCommand())
    .addCommand(createLogoutCommand());
}
