/** Code Insights: reports on a commit, and their annotations on lines. */
import { commitOf } from "./commits";
import { badRequest, invalidField, notFound } from "./errors";
import type { Call, Route } from "./server";
import { requireRepository } from "./shared";
import { type InsightsReport, type Item, newUuid } from "./state";

const repo = "/repositories/{workspace}/{repo_slug}";
const reports = `${repo}/commit/{commit}/reports`;
const one = `${reports}/{reportId}`;
const annotations = `${one}/annotations`;

const maxAnnotations = 1000;
const maxAtOnce = 100;
const maxData = 10;

type Check = (value: unknown) => boolean;

const among =
  (...choices: string[]): Check =>
  (value) =>
    choices.includes(value as string);
const shortText =
  (longest: number): Check =>
  (value) =>
    typeof value === "string" && value.length <= longest;
const url: Check = (value) => typeof value === "string" && /^https?:\/\//.test(value);

/** Lengths from the Code Insights documentation. */
const reportFields: Readonly<Record<string, Check>> = {
  title: shortText(450),
  details: shortText(2000),
  external_id: shortText(450),
  reporter: shortText(450),
  link: url,
  logo_url: url,
  remote_link_enabled: (value) => typeof value === "boolean",
  report_type: among("SECURITY", "COVERAGE", "TEST", "BUG"),
  result: among("PASSED", "FAILED", "PENDING"),
  data: (value) => Array.isArray(value) && value.length <= maxData && value.every(isData),
};

const annotationFields: Readonly<Record<string, Check>> = {
  external_id: shortText(450),
  annotation_type: among("VULNERABILITY", "CODE_SMELL", "BUG"),
  path: shortText(1000),
  line: (value) => Number.isInteger(value) && (value as number) >= 1,
  summary: shortText(450),
  details: shortText(2000),
  result: among("PASSED", "FAILED", "SKIPPED", "IGNORED"),
  severity: among("CRITICAL", "HIGH", "MEDIUM", "LOW"),
  link: url,
};

const dataValues: Readonly<Record<string, Check>> = {
  BOOLEAN: (value) => typeof value === "boolean",
  DATE: (value) => typeof value === "number",
  DURATION: (value) => typeof value === "number",
  LINK: (value) => typeof value === "object" && value !== null && "text" in value && "href" in value,
  NUMBER: (value) => typeof value === "number",
  PERCENTAGE: (value) => typeof value === "number" && value >= 0 && value <= 100,
  TEXT: (value) => typeof value === "string",
};

export function addCodeInsightsRoutes(route: Route): void {
  route("GET", reports, async (call) =>
    call.page([...(await reportsAt(call)).values()], { counted: true, render: renderReport }),
  );
  route("PUT", one, async (call) => {
    const all = await reportsAt(call);
    const id = call.params.reportId ?? "";
    const before = find(all, id);
    const given = checkFields(call.body, reportFields, ["title", "details", "report_type"]);
    const made: InsightsReport = {
      fields: {
        type: "report",
        uuid: before?.fields.uuid ?? newUuid(),
        ...given,
        external_id: id.startsWith("{") ? before?.fields.external_id : id,
        created_on: before?.fields.created_on ?? call.now(),
        updated_on: call.now(),
      },
      annotations: before?.annotations ?? new Map(),
    };
    all.set(made.fields.uuid, made);
    return renderReport(made);
  });
  route("GET", one, async (call) => renderReport(await reportAt(call)));
  route("DELETE", one, async (call) => {
    const all = await reportsAt(call);
    const found = find(all, call.params.reportId ?? "");
    if (found) all.delete(found.fields.uuid);
  });
  addAnnotationRoutes(route);
}

function addAnnotationRoutes(route: Route): void {
  route("GET", annotations, async (call) =>
    call.page([...(await reportAt(call)).annotations.values()], { counted: true }),
  );
  route("POST", annotations, async (call) => {
    const given: unknown = call.body;
    if (!Array.isArray(given) || given.length < 1 || given.length > maxAtOnce)
      throw badRequest(`Between 1 and ${maxAtOnce} annotations can be added at once.`);
    const report = await reportAt(call);
    const made = given.map((annotation: unknown) => {
      const fields = checkFields(annotation, annotationFields, ["external_id", "annotation_type", "summary"]);
      return annotate(call, report, String(fields.external_id), fields);
    });
    // If one is invalid, none is kept: all or nothing.
    const next = new Map(report.annotations);
    for (const annotation of made) next.set(annotation.uuid, annotation);
    if (next.size > maxAnnotations)
      throw badRequest(`A report can have at most ${maxAnnotations} annotations.`);
    report.annotations = next;
    return made;
  });
  const single = `${annotations}/{annotationId}`;
  route("GET", single, (call) => annotationAt(call));
  route("PUT", single, async (call) => {
    const report = await reportAt(call);
    const fields = checkFields(call.body, annotationFields, ["annotation_type", "summary"]);
    const made = annotate(call, report, call.params.annotationId ?? "", fields);
    if (!report.annotations.has(made.uuid) && report.annotations.size >= maxAnnotations)
      throw badRequest(`A report can have at most ${maxAnnotations} annotations.`);
    report.annotations.set(made.uuid, made);
    return made;
  });
  route("DELETE", single, async (call) => {
    (await reportAt(call)).annotations.delete((await annotationAt(call)).uuid);
  });
}

function isData(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { title, type, value: held } = value as Record<string, unknown>;
  if (typeof title !== "string") return false;
  if (type === undefined) return ["string", "number", "boolean"].includes(typeof held);
  return dataValues[String(type)]?.(held) ?? false;
}

function checkFields(
  given: unknown,
  fields: Readonly<Record<string, Check>>,
  needed: readonly string[],
): Record<string, unknown> {
  if (typeof given !== "object" || given === null) throw badRequest("Bad request");
  const values = given as Record<string, unknown>;
  for (const field of needed)
    if (values[field] === undefined || values[field] === null || values[field] === "")
      throw invalidField(field, "This field is required.");
  const known: Record<string, unknown> = {};
  for (const [field, check] of Object.entries(fields)) {
    const value = values[field];
    if (value === undefined || value === null) continue;
    if (!check(value)) throw invalidField(field, "Invalid value.");
    known[field] = value;
  }
  return known;
}

function annotate(call: Call, report: InsightsReport, id: string, fields: Record<string, unknown>): Item {
  const before = [...report.annotations.values()].find(
    (annotation) => annotation.uuid === id || annotation.external_id === id,
  );
  return {
    type: "report_annotation",
    uuid: before?.uuid ?? newUuid(),
    ...fields,
    external_id: id.startsWith("{") ? (before?.external_id ?? fields.external_id) : id,
    created_on: before?.created_on ?? call.now(),
    updated_on: call.now(),
  };
}

async function annotationAt(call: Call): Promise<Item> {
  const id = call.params.annotationId ?? "";
  const found = [...(await reportAt(call)).annotations.values()].find(
    (annotation) => annotation.uuid === id || annotation.external_id === id,
  );
  if (!found) throw notFound("Annotation not found");
  return found;
}

async function reportsAt(call: Call): Promise<Map<string, InsightsReport>> {
  const { repository: found } = requireRepository(call);
  const hash = await commitOf(call, found);
  found.reports ??= new Map();
  const all = found.reports.get(hash) ?? new Map<string, InsightsReport>();
  found.reports.set(hash, all);
  return all;
}

function find(all: ReadonlyMap<string, InsightsReport>, id: string): InsightsReport | undefined {
  return [...all.values()].find(({ fields }) => fields.uuid === id || fields.external_id === id);
}

async function reportAt(call: Call): Promise<InsightsReport> {
  const found = find(await reportsAt(call), call.params.reportId ?? "");
  if (!found) throw notFound("Report not found");
  return found;
}

function renderReport({ fields }: InsightsReport): unknown {
  return fields;
}
