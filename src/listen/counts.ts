/** What happened since the start, for monitoring. */

const meanings = {
  accepted: "Events that were accepted",
  repeated: "Further attempts of events that were accepted before",
  ignored: "Events that are of no interest",
  refused: "Requests that were refused",
  looks: "Looks at a repository or project",
  failures: "Looks that failed, and are repeated",
  handled: "Events that were handled",
  findings: "Looks with findings",
  applied: "New repositories that got their profiles",
} as const;
type CountName = keyof typeof meanings;

export class ListenCounts {
  readonly #counts = new Map<CountName, number>();

  add(name: CountName, number = 1): void {
    this.#counts.set(name, this.of(name) + number);
  }

  of(name: CountName): number {
    return this.#counts.get(name) ?? 0;
  }

  /**
   * In the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/
   *
   * @param pending The number of events that wait.
   */
  render(pending: number): string {
    const lines = (Object.keys(meanings) as CountName[]).flatMap((name) => {
      const metric = `bitbucket_as_code_listen_${name}_total`;
      return [`# HELP ${metric} ${meanings[name]}`, `# TYPE ${metric} counter`, `${metric} ${this.of(name)}`];
    });
    const gauge = "bitbucket_as_code_listen_pending";
    return `${[...lines, `# HELP ${gauge} Events that wait`, `# TYPE ${gauge} gauge`, `${gauge} ${pending}`].join("\n")}\n`;
  }
}
