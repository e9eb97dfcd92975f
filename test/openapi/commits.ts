/** Objects attached to a commit: build statuses, and Code Insights reports with annotations. */
import { comment, links, moreOfComment, writtenComment } from "./common";
import { collection, countedCollection, gap, nothing } from "./operation";
import {
  anything,
  choice,
  flag,
  integer,
  link,
  list,
  named,
  nullable,
  object,
  ref,
  text,
  time,
  uuid,
} from "./schema";

const state = choice("FAILED", "INPROGRESS", "STOPPED", "SUCCESSFUL");

function atMost<const Length extends number>(length: Length) {
  return { type: "string", maxLength: length } as const;
}

const data = {
  ...list(
    object(
      { title: text, value: anything },
      { type: choice("BOOLEAN", "DATE", "DURATION", "LINK", "NUMBER", "PERCENTAGE", "TEXT") },
    ),
  ),
  maxItems: 10,
} as const;

const report = {
  title: atMost(450),
  details: atMost(2000),
  report_type: choice("SECURITY", "COVERAGE", "TEST", "BUG"),
} as const;
const moreOfReport = {
  external_id: atMost(450),
  reporter: atMost(450),
  link,
  logo_url: link,
  remote_link_enabled: flag,
  result: choice("PASSED", "FAILED", "PENDING"),
  data,
} as const;

const annotation = {
  annotation_type: choice("VULNERABILITY", "CODE_SMELL", "BUG"),
  summary: atMost(450),
} as const;
const moreOfAnnotation = {
  path: atMost(1000),
  line: integer,
  details: atMost(2000),
  result: choice("PASSED", "FAILED", "SKIPPED", "IGNORED"),
  severity: choice("CRITICAL", "HIGH", "MEDIUM", "LOW"),
  link,
} as const;

const status = { url: link, name: text, description: text, refname: nullable(text) } as const;
const key = { type: "string", minLength: 1, maxLength: 40 } as const;

export const schemas = {
  commitstatus: object({
    type: named("build"),
    key,
    state,
    url: text,
    name: text,
    description: text,
    refname: nullable(text),
    created_on: time,
    updated_on: time,
    commit: ref("commit_reference"),
    repository: ref("repository_reference"),
    links: links("self", "commit"),
  }),
  commit_comment: object(
    {
      type: named("commit_comment"),
      ...comment,
      commit: ref("commit_reference"),
      links: links("self", "html"),
    },
    moreOfComment,
  ),
  report: object(
    { type: named("report"), uuid, ...report, created_on: time, updated_on: time },
    moreOfReport,
  ),
  report_annotation: object(
    {
      type: named("report_annotation"),
      uuid,
      external_id: atMost(450),
      ...annotation,
      created_on: time,
      updated_on: time,
    },
    moreOfAnnotation,
  ),
} as const;

const added = object({ external_id: atMost(450), ...annotation }, { type: text, ...moreOfAnnotation });

export const paths = {
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/comments": {
    get: collection(ref("commit_comment")),
    post: { body: writtenComment, 201: ref("commit_comment") },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/comments/{comment_id}": {
    get: { 200: ref("commit_comment") },
    put: { body: writtenComment, 201: ref("commit_comment") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/approve": {
    post: { 200: ref("participant") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/pullrequests": {
    get: countedCollection(ref("pullrequest")),
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses": {
    get: collection(ref("commitstatus"), { refname: text }),
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build": {
    post: { body: object({ key, state }, { type: text, ...status }), 201: ref("commitstatus") },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}": {
    get: { 200: ref("commitstatus") },
    put: { body: object({}, { type: text, key, state, ...status }), 200: ref("commitstatus") },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports": {
    get: countedCollection(ref("report")),
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}": {
    get: { 200: ref("report") },
    put: { body: object(report, { type: text, ...moreOfReport }), 200: ref("report") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations": {
    get: countedCollection(ref("report_annotation")),
    post: {
      body: { type: "array", items: added, minItems: 1, maxItems: 100 },
      200: list(ref("report_annotation")),
    },
  },
  "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}": {
    get: { 200: ref("report_annotation") },
    put: {
      body: object(annotation, { type: text, external_id: text, ...moreOfAnnotation }),
      200: ref("report_annotation"),
    },
    delete: { 204: nothing },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "commitstatus.commit": gap,
  "commitstatus.repository": gap,
} as const;
