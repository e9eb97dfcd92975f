/** `completion`: prints a script that completes commands, options and stack names in a shell. */
import { Argument, Command, Help } from "commander";
import { addExamples } from "./shared/examples";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

const name = "bitbucket-as-code";

export function createCompletionCommand(): Command {
  return addExamples(
    new Command("completion")
      .description("Print a completion script for your shell: commands, options and stacks")
      .addArgument(new Argument("<shell>", "your shell").choices(shells))
      .action((shell: Shell, _options: unknown, command: Command) => {
        process.stdout.write(completionScript(rootOf(command), shell));
      }),
    [
      `npx ${name} completion bash > ~/.local/share/bash-completion/completions/${name}`,
      `npx ${name} completion zsh >> ~/.zshrc`,
      `npx ${name} completion fish > ~/.config/fish/completions/${name}.fish`,
    ],
  );
}

function rootOf(command: Command): Command {
  let root = command;
  while (root.parent) root = root.parent;
  return root;
}

/** A command by the words that lead to it, with its possible continuations. */
interface CommandPlace {
  /** `plan show`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Command[];
  readonly options: readonly string[];
  /** The values of options that accept only a few. */
  readonly choices: readonly (readonly [flags: readonly string[], values: readonly string[]])[];
  /** Whether the name of a stack can follow. */
  readonly stack: boolean;
  readonly values: readonly string[];
}

function placesOf(command: Command, path: readonly string[] = []): CommandPlace[] {
  const help = new Help();
  const options = help.visibleOptions(command);
  const commands = help.visibleCommands(command).filter((one) => one.name() !== "help");
  const [first] = command.registeredArguments;
  return [
    {
      path: path.join(" "),
      commands,
      options: options.flatMap(({ short, long }) => [long, short].filter((flag) => flag !== undefined)),
      choices: options.flatMap(({ short, long, argChoices }) =>
        argChoices ? [[[long, short].filter((flag) => flag !== undefined), argChoices] as const] : [],
      ),
      stack: first?.name() === "stack",
      values: first?.argChoices ?? [],
    },
    ...commands.flatMap((one) => placesOf(one, [...path, one.name()])),
  ];
}

/** Generated from the commands themselves, so that new ones need no extra work. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program);
  return shell === "fish" ? fishScript(places) : bashScript(places, shell === "zsh");
}

function bashScript(places: readonly CommandPlace[], zsh: boolean): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const words = places.map(
    ({ path, commands, options, stack, values }) =>
      `    "${path}") plain="${[...commands.map((one) => one.name()), ...values].join(" ")}"; options="${options.join(" ")}"; stacks=${stack ? 1 : 0} ;;`,
  );
  const choices = places.flatMap(({ path, choices: some }) =>
    some.map(
      ([flags, values]) =>
        `    ${flags.map((flag) => `"${path} ${flag}"`).join("|")}) COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$current")); return ;;`,
    ),
  );
  return `# Completion of ${name}, made by "${name} completion ${zsh ? "zsh" : "bash"}".
${zsh ? "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n" : ""}_bitbucket_as_code() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at="" next index
  local plain="" options="" stacks=0 file
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${at:+$at }\${COMP_WORDS[index]}"
    case "$next" in
      ${paths.join("|")}) at="$next" ;;
    esac
  done
  case "$at $before" in
${choices.map((line) => line.replace('"" ', '" ')).join("\n")}
    *) ;;
  esac
  case "$at" in
${words.join("\n")}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  fi
  if [[ $stacks == 1 && -d stacks ]]; then
    for file in stacks/*; do
      file="\${file#stacks/}"
      file="\${file%.yaml}"
      plain="$plain \${file%.yml}"
    done
  fi
  COMPREPLY=($(compgen -W "$plain" -- "$current"))
}
complete -o default -F _bitbucket_as_code ${name}
`;
}

function fishScript(places: readonly CommandPlace[]): string {
  const lines = places.flatMap(({ path, commands, stack, values }) => {
    const inside = path.split(" ").filter(Boolean);
    const condition = [
      ...(inside.length === 0
        ? ["__fish_use_subcommand"]
        : inside.map((word) => `__fish_seen_subcommand_from ${word}`)),
      ...(inside.length > 0 && commands.length > 0
        ? [`not __fish_seen_subcommand_from ${commands.map((one) => one.name()).join(" ")}`]
        : []),
    ].join("; and ");
    const start = `complete -c ${name} -n ${fishQuoted(condition)}`;
    return [
      ...commands.map((one) => `${start} -f -a ${one.name()} -d ${fishQuoted(one.description())}`),
      ...values.map((value) => `${start} -f -a ${value}`),
      ...(stack
        ? [`${start} -f -a '(path basename stacks/* 2>/dev/null | string replace -r "\\.ya?ml$" "")'`]
        : []),
    ];
  });
  const options = places.flatMap(({ path, options: flags, choices }) => {
    const inside = path.split(" ").filter(Boolean);
    const start = [
      `complete -c ${name}`,
      ...(inside.length === 0
        ? []
        : [`-n ${fishQuoted(inside.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and "))}`]),
    ].join(" ");
    return flags
      .filter((flag) => flag.startsWith("--"))
      .map((flag) => {
        const values = choices.find(([names]) => names.includes(flag))?.[1];
        return `${start} -l ${flag.slice(2)}${values ? ` -x -a ${fishQuoted(values.join(" "))}` : ""}`;
      });
  });
  return [`# Completion of ${name}, made by "${name} completion fish".`, ...lines, ...options, ""].join("\n");
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
