/** What follows from an object that never changes, worked out once. */

/** Returns `derive`, which is then called once for each object, however often it is asked for. */
export function oncePer<Subject extends object, Value extends NonNullable<unknown>>(
  derive: (subject: Subject) => Value,
): (subject: Subject) => Value {
  const known = new WeakMap<Subject, Value>();
  return (subject) => {
    const value = known.get(subject) ?? derive(subject);
    known.set(subject, value);
    return value;
  };
}
