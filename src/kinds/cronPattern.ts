/** Cron expressions of seven fields, as Pipelines' schedules take them: those of Quartz. */

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for numbers, from `least` on. */
  readonly names?: readonly string[];
  /** What else is allowed: the last day, a weekday, "any". */
  readonly special?: RegExp;
}

const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const days = "SUN MON TUE WED THU FRI SAT".split(" ");

/** http://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html */
const fields: readonly CronField[] = [
  { name: "second", min: 0, max: 59 },
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day of the month", min: 1, max: 31, special: /^(\?|LW?|L-\d+|\d+W)$/ },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day of the week", min: 1, max: 7, names: days, special: /^(\?|L|\w+L|\w+#[1-5])$/ },
  { name: "year", min: 1970, max: 2199 },
];

/** Why a pattern cannot be a time, or undefined where it can. */
export function findCronProblem(pattern: string): string | undefined {
  const parts = pattern.split(" ");
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? "";
    const wrong = part.split(",").find((item) => !isTime(item, field));
    if (wrong === undefined) continue;
    const range = `${field.min} to ${field.max}`;
    return `has "${wrong}" for the ${field.name}, field ${index + 1} of 7: that is a number from ${range}, a range such as ${field.min}-${field.min + 1}, or *`;
  }
  return undefined;
}

function isTime(item: string, { min, max, names = [], special }: CronField): boolean {
  if (special?.test(item.toUpperCase())) return true;
  const [, from = "", to, step] = item.match(/^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/) ?? [];
  if (step !== undefined && Number(step) < 1) return false;
  if (from === "*") return to === undefined;
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  };
  // A range may go past its end and on from the start: FRI-MON.
  return [from, ...(to === undefined ? [] : [to])].every((text) => {
    const number = numberOf(text);
    return number >= min && number <= max;
  });
}
