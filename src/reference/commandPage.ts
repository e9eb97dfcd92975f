/** Renders the reference page of the command line from the commands themselves. */
import type { Argument, Command, Option } from "commander";
import { formatTable } from "./kindPage";

const intro = `Inside a project, run commands with \`npx\`: \`npx bitbucket-as-code preview acme\`. [Which command
when](../explanation/which-command.md) compares them with \`pulumi\`.

- \`--help\` prints a command's options and examples.
- \`--json\` prints data as JSON on standard output: see [JSON output and schemas](json.md). Progress, warnings and errors go to
  standard error.
- Colors are off if the output is not a terminal, or if \`NO_COLOR\` is set.
- Progress is shown for operations that take longer than a second: a bar in a terminal, elsewhere a line every ten seconds.
- Exit codes: see [Exit codes](exit-codes.md).
- Errors have no stack trace. A stack trace means a bug: the lines below it name the version and where to report it.
  \`BITBUCKET_LOG=debug\` shows the stack traces of all errors.

## Completion

\`\`\`sh
npx bitbucket-as-code completion bash > ~/.local/share/bash-completion/completions/bitbucket-as-code
npx bitbucket-as-code completion zsh >> ~/.zshrc
npx bitbucket-as-code completion fish > ~/.config/fish/completions/bitbucket-as-code.fish
\`\`\`

completes commands, options, their values, and the names of the stacks in \`stacks/\`.`;

/** Options that many commands share are described once. */
const credentialOptions = ["--profile", "--token-file", "--token-type", "--email", "--username"];

export function renderCommandPage(program: Command): string {
  const commands = program.commands.filter((command) => command.name() !== "help");
  return `${[
    "<!-- Generated from the commands by `npm run docs`. -->",
    "# Command line",
    intro,
    ...credentialSection(commands),
    ...commands.flatMap((command) => sections(command, [])),
  ].join("\n\n")}\n`;
}

function credentialSection(commands: readonly Command[]): string[] {
  const options = commands.flatMap((command) => command.options).filter(isCredential);
  const once = credentialOptions.flatMap((long) => options.find((option) => option.long === long) ?? []);
  return [
    "## Credential options",
    "Every command that connects to Bitbucket has these. See [Credentials](credentials.md).",
    optionTable(once),
  ];
}

function sections(command: Command, parents: readonly string[]): string[] {
  const path = [...parents, command.name()];
  const children = command.commands.filter((child) => child.name() !== "help");
  const options = command.options.filter((option) => !isCredential(option) && !option.hidden);
  const own = options.length > 0 || command.registeredArguments.length > 0 || children.length === 0;
  return [
    `${path.length > 1 ? "###" : "##"} ${path.join(" ")}`,
    `${command.description()}.`,
    ...(own ? [`\`npx bitbucket-as-code ${path.join(" ")} ${command.usage()}\``] : []),
    ...(command.registeredArguments.length > 0 ? [argumentTable(command.registeredArguments)] : []),
    ...(options.length > 0 ? [optionTable(options)] : []),
    ...children.flatMap((child) => sections(child, path)),
  ];
}

function isCredential(option: Option): boolean {
  return credentialOptions.includes(option.long ?? "");
}

function argumentTable(all: readonly Argument[]): string {
  return formatTable(
    ["argument", "meaning"],
    all.map((argument) => [
      `\`${argument.name()}\``,
      withDefault(argument.description, argument.defaultValue),
    ]),
  );
}

function optionTable(all: readonly Option[]): string {
  return formatTable(
    ["option", "meaning"],
    all.map((option) => {
      const choices = option.argChoices?.map((choice) => `\`${choice}\``).join(", ");
      const text = choices === undefined ? option.description : `${option.description}: ${choices}`;
      return [`\`${option.flags}\``, withDefault(text, option.defaultValue)];
    }),
  );
}

function withDefault(text: string, value: unknown): string {
  const isPlain = typeof value === "string" || typeof value === "number";
  return `${escapeTags(text)}${isPlain ? `. Default: \`${value}\`` : ""}`;
}

/** Angle brackets outside of code are no tags. */
function escapeTags(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;").replaceAll(">", "&gt;")))
    .join("");
}
