/** Renders the texts from the results: `docs/reference/verified.md`, and the sentence in the README. */
import { probes } from "./probes";
import { type Results, verifiedOn } from "./resultsFile";

type VerifiedOperation = Results["operations"][number];
type ProbeAnswer = Results["probes"][number]["service"];

/** The state of one operation. */
export function stateOf({ service, emulator }: VerifiedOperation): string {
  if (service?.verdict === "passed") return "service";
  if (service?.verdict === "differs") return "differs";
  if (emulator?.verdict === "differs") return "differs";
  if (emulator?.verdict === "passed") return "emulator";
  return service?.verdict ?? emulator?.verdict ?? "";
}

/** One plain sentence on whether any of this was verified on Bitbucket Cloud. */
export function sentenceOf(results: Results): string {
  const date = verifiedOn(results);
  const [verified, all] = [
    results.operations.filter((one) => stateOf(one) === "service").length,
    results.operations.length,
  ];
  const differs = results.operations.filter(({ service }) => service?.verdict === "differs").length;
  if (date === undefined)
    return (
      "**Not yet verified on the live service**: this project was developed and tested against an emulator. If you have a " +
      "spare workspace, one command verifies it: see [Acceptance tests](docs/contributing/acceptance.md)."
    );
  return (
    `**Verified on the live service on ${date}**: ${verified} of ${all} operations` +
    `${differs > 0 ? `, and ${differs} differ` : ""}; the others only on an emulator. ` +
    "See [Verified operations](docs/reference/verified.md)."
  );
}

const [begin, end] = ["<!-- verified -->", "<!-- /verified -->"] as const;

/** The README with the sentence for the results. Without the two marks it stays unchanged. */
export function withSentence(readme: string, results: Results): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) return readme;
  return `${readme.slice(0, from)}${begin}\n${wrap(sentenceOf(results))}\n${readme.slice(to)}`;
}

/** Lines of at most 120 characters. */
function wrap(text: string): string {
  return text.split(" ").reduce((lines, word) => {
    const last = lines.slice(lines.lastIndexOf("\n") + 1);
    if (lines === "") return word;
    return last.length + word.length < 120 ? `${lines} ${word}` : `${lines}\n${word}`;
  }, "");
}

/** The page that lists the verified operations. */
export function verifiedPage(results: Results): string {
  const { operations, answers } = results;
  const count = (state: string) => operations.filter((one) => stateOf(one) === state).length;
  const sentence = sentenceOf(results).replaceAll("](docs/", "](../");
  return [
    "# Verified operations",
    "",
    "Generated from `acceptance/results.json` by `npm run test:acceptance`. See",
    "[Acceptance tests](../contributing/acceptance.md) for how to run it and how to read this page.",
    "",
    wrap(sentence),
    "",
    "| operations | count |",
    "| --- | --- |",
    `| verified on the service | ${count("service")} |`,
    `| verified only on the emulator | ${count("emulator")} |`,
    `| different from what this project expects | ${count("differs")} |`,
    `| not allowed for the credential | ${count("not-allowed")} |`,
    `| not possible in the workspace | ${count("not-possible")} |`,
    "",
    "## Resource types",
    "",
    "| resource type | parent | on the service | only on the emulator | differs | not allowed or not possible |",
    "| --- | --- | --- | --- | --- | --- |",
    ...kindRows(operations),
    "",
    ...differenceLines(operations),
    "## Probes",
    "",
    "Facts that are known only from documents and from other people's reports, checked on the service itself.",
    "",
    "| probe | question | service | emulator |",
    "| --- | --- | --- | --- |",
    ...probeRows(results),
    "",
    "## Responses that differ from the emulator's",
    "",
    ...(answers.length === 0
      ? ["None."]
      : answers.flatMap(({ operation, service, emulator }) => [
          `- \`${operation}\``,
          ...[service, emulator].flatMap((found, index) =>
            (found?.differences ?? []).map(
              (text) => `  - ${text} (${index === 0 ? "service" : "another emulator"}, ${found?.date})`,
            ),
          ),
        ])),
    "",
  ].join("\n");
}

function kindRows(operations: readonly VerifiedOperation[]): string[] {
  const groups = new Map<string, VerifiedOperation[]>();
  for (const one of operations) {
    const name = `${one.kind} | ${one.parent}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups].map(([name, all]) => {
    const named = (...states: readonly string[]) => {
      const found = all.filter((one) => states.includes(stateOf(one))).map(({ operation }) => operation);
      return found.length === 0 ? "" : found.join(", ");
    };
    const cells = [
      named("service"),
      named("emulator"),
      named("differs"),
      named("not-allowed", "not-possible"),
    ];
    return `| ${name} |${cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`;
  });
}

function differenceLines(operations: readonly VerifiedOperation[]): string[] {
  const lines = operations.flatMap(({ kind, parent, operation, service, emulator }) =>
    [service, emulator].flatMap((found, index) =>
      found === undefined || found.verdict === "passed"
        ? []
        : found.differences.map(
            (text) =>
              `- ${kind} (${parent}), ${operation}: ${found.verdict === "differs" ? text : `${found.verdict.replace("-", " ")}: ${text}`} (${index === 0 ? "service" : "emulator"}, ${found.date})`,
          ),
    ),
  );
  return lines.length === 0 ? [] : ["## Differences", "", ...lines, ""];
}

function probeRows(results: Results): string[] {
  return probes.map(({ id, question }) => {
    const found = results.probes.find((one) => one.id === id);
    const cell = (answer: ProbeAnswer) => {
      if (!answer) return "not asked";
      const statuses = [...new Set(answer.evidence.map(({ status }) => status))].join(", ");
      return [
        answer.verdict.replace("-", " "),
        ...(statuses === "" ? [] : [`(${statuses})`]),
        ...(answer.note === undefined ? [] : [answer.note]),
      ].join(" ");
    };
    return `| ${id} | ${question.replaceAll("|", "\\|")} | ${cell(found?.service)} | ${cell(found?.emulator)} |`;
  });
}
