/** `auth`: the credential and its scopes. */
import { Command } from "commander";
import { createLoginCommand, createLogoutCommand } from "./login";
import { createAuthScopesCommand } from "./scopes";
import { createAuthStatusCommand } from "./status";

export function createAuthCommand(): Command {
  return new Command("auth")
    .description("The credential: where it comes from, which scopes it needs, and where to keep it")
    .addCommand(createAuthStatusCommand())
    .addCommand(createAuthScopesCommand())
    .addCommand(createLoginCommand())
    .addCommand(createLogoutCommand());
}
