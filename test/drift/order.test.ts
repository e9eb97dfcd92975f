/** The order of findings: the worst first, and what explains others before them. */
import fc from "fast-check";
import { type DriftFinding, severities } from "../../src/drift/model";
import { sortFindings } from "../../src/drift/order";

function finding(id: string, repository: string, severity: DriftFinding["severity"], within?: string) {
  return {
    id,
    case: "drift",
    severity,
    kind: "Webhook",
    title: "webhook",
    name: id,
    project: "PLAT",
    repository,
    fields: [],
    ...(within === undefined ? {} : { within }),
  } as unknown as DriftFinding;
}

test("the repository with the worst finding comes first, and its worst finding in it", () => {
  const sorted = sortFindings([
    finding("a1", "api", "low"),
    finding("a2", "api", "medium"),
    finding("w1", "web", "low"),
    finding("w2", "web", "critical"),
    finding("c1", "core", "medium"),
  ]);
  expect(sorted.map(({ id }) => id)).toEqual(["w2", "w1", "a2", "a1", "c1"]);
});

test("each finding stays, its group stays together, and an explanation comes before what it explains", () => {
  const anyFindings = fc
    .array(
      fc.record({
        repository: fc.constantFrom("api", "web", "core"),
        severity: fc.constantFrom(...severities),
        within: fc.option(fc.nat(20), { nil: undefined }),
      }),
      { maxLength: 20 },
    )
    .map((all) =>
      all.map(({ repository, severity, within }, index) =>
        // A finding is explained by an earlier one: there are no circles.
        finding(
          `f${index}`,
          repository,
          severity,
          within !== undefined && within < index ? `f${within}` : undefined,
        ),
      ),
    );
  fc.assert(
    fc.property(anyFindings, (findings) => {
      const sorted = sortFindings(findings);
      expect(new Set(sorted)).toEqual(new Set(findings));
      expect(sorted).toHaveLength(findings.length);
      const names = sorted.map(({ repository }) => repository);
      expect(names.filter((name, index) => name !== names[index - 1])).toHaveLength(new Set(names).size);
      for (const [index, { within, repository }] of sorted.entries()) {
        const explains = sorted.findIndex((one) => one.id === within && one.repository === repository);
        expect(explains).toBeLessThan(index);
      }
    }),
  );
});
