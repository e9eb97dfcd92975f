/** How the help of every command looks. */
import { type Command, Help, type Option } from "commander";

/** The heading of the options that every command has that sends requests. */
export const credentialGroup = "Options for the credential (see docs/reference/credentials.md):";

/** The command whose help lists them. */
const optionsCommand = "options";

/**
 * Shows commands as they are run, and the options of the credential in one place, and not in every help.
 */
export function styleHelp(command: Command): void {
  const usual = new Help();
  const isCommon = ({ helpGroupHeading }: Option) => helpGroupHeading === credentialGroup;
  const common = command.name() !== optionsCommand && command.options.some(isCommon);
  command.configureHelp({
    commandUsage: (shown) => `npx ${usual.commandUsage(shown)}`,
    ...(common
      ? { visibleOptions: (shown) => usual.visibleOptions(shown).filter((one) => !isCommon(one)) }
      : {}),
  });
  if (common)
    command.addHelpText(
      "after",
      "\nOptions for the credential, such as --profile: npx bitbucket-as-code help options",
    );
  for (const child of command.commands) styleHelp(child);
}
