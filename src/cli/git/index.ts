/** `git`: sets up git for Bitbucket. */
import { Command } from "commander";
import { createGitCloneCommand } from "./clone";
import { createGitRemoteCommand } from "./remote";
import { createGitSetupCommand } from "./setup";
import { createGitUrlCommand } from "./url";

export function createGitCommand(): Command {
  const git = new Command("git").description(
    "Manage git credentials, clone URLs, clones and remotes: see docs/how-to/git.md",
  );
  for (const command of [
    createGitSetupCommand(),
    createGitUrlCommand(),
    createGitCloneCommand(),
    createGitRemoteCommand(),
  ])
    git.addCommand(command);
  return git;
}
