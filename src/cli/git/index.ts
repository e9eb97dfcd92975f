/** `git`: what git needs to know of Bitbucket. */
import { Command } from "commander";
import { gitCloneCommand } from "./clone";
import { gitRemoteCommand } from "./remote";
import { gitSetupCommand } from "./setup";
import { gitUrlCommand } from "./url";

export function gitCommand(): Command {
  const git = new Command("git").description(
    "Credentials, clone URLs, clones and remotes for git: see docs/git.md",
  );
  for (const command of [gitSetupCommand(), gitUrlCommand(), gitCloneCommand(), gitRemoteCommand()])
    git.addCommand(command);
  return git;
}
