/** Reports to render: of every case, with names and values by people and by attackers. */
import {
  caseMeanings,
  countsOf,
  type DriftFinding,
  type DriftReport,
  modelVersion,
  severities,
} from "../../src/drift";

const cases = Object.keys(caseMeanings) as DriftFinding["case"][];

/** Content of a name or a value that a report must not take for its own text. */
export const hostile = `</script><img src=x onerror="document.title='taken'"> | [x](https://evil.example) \`*_ @everyone \u202e\u0007 ]]>`;

/** A report with this many findings, ten in each repository. */
export function sampleReport(count: number, own: readonly DriftFinding[] = []): DriftReport {
  const findings = [...own, ...Array.from({ length: count }, (_, index) => sampleFinding(index))];
  return {
    version: modelVersion,
    stack: "acme",
    workspace: "acme",
    shards: ["acme", "acme.PLAT"],
    at: "2026-03-14T09:30:00.000Z",
    seconds: 4.2,
    requests: 812,
    compared: count * 3 + own.length,
    unchanged: count * 2,
    complete: false,
    fingerprint: "0123456789abcdef0123456789abcdef",
    counts: countsOf(findings),
    findings,
    undetectable: [
      { kind: "PipelineVariable", name: "api:TOKEN", field: "value", reason: "the API never returns it" },
    ],
    warnings: [],
  };
}

const shapes: readonly Pick<DriftFinding, "kind" | "title" | "fields">[] = [
  {
    kind: "Repository",
    title: "repository",
    fields: [
      { field: "isPrivate", last: true, live: false, desired: true, secret: false, severity: "critical" },
      {
        field: "description",
        last: "The public API of the platform",
        live: "The private API of a platform",
        desired: "The public API of the platform",
        secret: false,
        severity: "low",
      },
    ],
  },
  {
    kind: "Webhook",
    title: "webhook",
    fields: [
      {
        field: "url",
        last: "https://ci.example.com/bitbucket/hook",
        live: "https://unknown.example.org/bitbucket/hook",
        desired: "https://ci.example.com/bitbucket/hook",
        secret: false,
        severity: "critical",
      },
      {
        field: "events",
        last: ["pullrequest:created", "repo:push"],
        live: ["issue:created", "repo:push"],
        desired: ["pullrequest:created", "pullrequest:updated", "repo:push"],
        secret: false,
        conflict: true,
        severity: "medium",
      },
      { field: "secret", last: "[secret]", desired: "[secret]", secret: true, severity: "high" },
    ],
  },
  {
    kind: "RepositoryFile",
    title: "file",
    fields: [
      {
        field: "content",
        last: "* @acme/platform\n/api @acme/api\n/docs @acme/writers\n",
        live: "* @acme/platform\n/docs @acme/writers\n/web @acme/web\n",
        desired: "* @acme/platform\n/api @acme/api\n/docs @acme/writers\n",
        secret: false,
        severity: "high",
      },
    ],
  },
  {
    kind: "BranchRestriction",
    title: "branch restriction",
    fields: [
      { field: "value", last: 2, live: 2, desired: 3, secret: false, severity: "critical" },
      { field: "users", last: [], live: [], desired: ["{0b1}"], secret: false, severity: "low" },
    ],
  },
  {
    kind: "DeployKey",
    title: "deploy key",
    fields: [{ field: "label", live: "somebody@laptop", secret: false, severity: "low" }],
  },
];

function sampleFinding(index: number): DriftFinding {
  const of = cases[index % cases.length] ?? "drift";
  const shape = shapes[index % shapes.length];
  const repository = `service-${Math.floor(index / 10)}`;
  const project = `P${Math.floor(index / 100)}`;
  return {
    id: `f${index}`,
    fingerprint: `${index}`,
    case: of,
    severity: severities[index % 4] ?? "low",
    kind: shape?.kind ?? "",
    title: shape?.title ?? "",
    name: `${repository}:thing-${index}`,
    project,
    repository,
    ...(of === "unreadable" || of === "unmanaged"
      ? {}
      : { operation: of === "deleted" ? "create" : "update" }),
    fields: [...(shape?.fields ?? [])],
    ...(of === "unreadable"
      ? { note: "The credential may not do that.", scopes: ["admin:repository:bitbucket"] }
      : {}),
    position: { file: "stacks/acme.yaml", line: index + 1, column: 3 },
    link: `https://bitbucket.org/acme/${repository}/admin`,
    since: new Date(Date.parse("2026-03-14T09:30:00.000Z") - (index % 40) * 86_400_000).toISOString(),
  };
}

/** A finding whose texts are all hostile. */
export function hostileFinding(): DriftFinding {
  return {
    ...sampleFinding(0),
    id: "hostile",
    name: hostile,
    project: hostile,
    repository: hostile,
    note: hostile,
    link: "https://bitbucket.org/acme/x/admin",
    fields: [
      {
        field: hostile,
        last: hostile,
        live: `${hostile}\n${hostile}`,
        desired: hostile,
        secret: false,
        severity: "low",
      },
    ],
  };
}
