/** Cron expressions of seven fields, as Pipelines' schedules take them: those of Quartz. */

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names that stand for numbers, from `least` on. */
  readonly names?: readonly string[];
  /** What else may stand there: the last day, a weekday, "any". */
  readonly special?: RegExp;
}

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const days = "SUN MON TUE WED THU FRI SAT".split(" ");

/** http://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html */
const fields: readonly Field[] = [
  { name: "second", least: 0, most: 59 },
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of the month", least: 1, most: 31, special: /^(\?|LW?|L-\d+|\d+W)$/ },
  { name: "month", least: 1, most: 12, names: months },
  { name: "day of the week", least: 1, most: 7, names: days, special: /^(\?|L|\w+L|\w+#[1-5])$/ },
  { name: "year", least: 1970, most: 2199 },
];

/** Why a pattern cannot be a time, or undefined where it can. */
export function cronProblem(pattern: string): string | undefined {
  const parts = pattern.split(" ");
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? "";
    const wrong = part.split(",").find((item) => !isTime(item, field));
    if (wrong === undefined) continue;
    const range = `${field.least} to ${field.most}`;
    return `has "${wrong}" for the ${field.name}, field ${index + 1} of 7: that is a number from ${range}, a range such as ${field.least}-${field.least + 1}, or *`;
  }
  return undefined;
}

function isTime(item: string, { least, most, names = [], special }: Field): boolean {
  if (special?.test(item.toUpperCase())) return true;
  const [, from = "", to, step] = item.match(/^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/) ?? [];
  if (step !== undefined && Number(step) < 1) return false;
  if (from === "*") return to === undefined;
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  // A range may go past its end and on from the start: FRI-MON.
  return [from, ...(to === undefined ? [] : [to])].every((text) => {
    const number = numberOf(text);
    return number >= least && number <= most;
  });
}
