/** `auth`: the credential, and what it takes. */
import { Command } from "commander";
import { loginCommand, logoutCommand } from "./login";
import { authScopesCommand } from "./scopes";
import { authStatusCommand } from "./status";

export function authCommand(): Command {
  return new Command("auth")
    .description("The credential: where it comes from, which scopes it needs, and where to keep it")
    .addCommand(authStatusCommand())
    .addCommand(authScopesCommand())
    .addCommand(loginCommand())
    .addCommand(logoutCommand());
}
