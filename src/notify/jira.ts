/**
 * Issues that this package keeps: each is found again by its label, updated if its content differs, and closed through a
 * transition. What people write in comments, and issues without the label, stay unchanged.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/
 */
import { createHash } from "node:crypto";
import { FormData } from "undici";
import { z } from "zod";
import { parseAs } from "../errors";
import { type AdfNode, document, paragraph } from "./adf";
import { DeliveryError, type DeliveryOptions, ServiceClient } from "./deliver";
import type { JiraSettings } from "./settings";

export interface IssueContent {
  /** Finds the issue again. Without spaces. */
  readonly label: string;
  /** A label that issues of one kind share. */
  readonly group: string;
  readonly title: string;
  readonly body: readonly AdfNode[];
  /** What makes it another content. Default: the title, the body and the attachment. */
  readonly compared?: string | undefined;
  readonly attachment?:
    | { readonly name: string; readonly type: string; readonly content: string }
    | undefined;
}

interface OpenIssue {
  readonly key: string;
  readonly labels: readonly string[];
  /** Of the content that was written last. */
  readonly digest?: string | undefined;
}

export interface IssueResult {
  readonly key: string;
  readonly done: "created" | "updated" | "unchanged" | "closed";
}

/** The property that holds the digest of what was written. */
const property = "bitbucket-as-code";

/** Pages of a search, at most. */
const maxPages = 100;

const searchAnswer = z.object({
  issues: z.array(
    z.object({
      key: z.string(),
      fields: z.object({ labels: z.array(z.string()).nullish() }).nullish(),
      properties: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
  nextPageToken: z.string().nullish(),
  isLast: z.boolean().nullish(),
});
const createdAnswer = z.object({ key: z.string() });
const transitionsAnswer = z.object({
  transitions: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      to: z.object({ statusCategory: z.object({ key: z.string() }).nullish() }).nullish(),
    }),
  ),
});
const digestValue = z.object({ digest: z.string() });

export class Jira {
  readonly #delivery: ServiceClient;

  constructor(
    private readonly settings: JiraSettings,
    options: DeliveryOptions = {},
  ) {
    this.#delivery = new ServiceClient(`Jira (${settings.from})`, options);
  }

  /** The issues with a label whose status is not of the category Done, the oldest first. */
  async findOpen(label: string): Promise<readonly OpenIssue[]> {
    const { project } = this.settings;
    const jql = `project = "${project}" AND labels = ${JSON.stringify(label)} AND statusCategory != Done ORDER BY created ASC`;
    const found: OpenIssue[] = [];
    let next: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const answer = parseAs(
        searchAnswer,
        await this.#send("POST", "/search/jql", {
          jql,
          fields: ["labels"],
          properties: [property],
          maxResults: 100,
          ...(next === undefined ? {} : { nextPageToken: next }),
        }),
        "The answer of Jira to POST /rest/api/3/search/jql",
      );
      for (const { key, fields, properties } of answer.issues)
        found.push({
          key,
          labels: fields?.labels ?? [],
          digest: digestValue.safeParse(properties?.[property]).data?.digest,
        });
      next = answer.nextPageToken ?? undefined;
      if (next === undefined || answer.isLast) return found;
    }
    throw new DeliveryError(`Jira has more pages of issues with the label ${label} than can be read.`);
  }

  /** Creates the issue, or updates the open one. */
  async put(content: IssueContent, open?: readonly OpenIssue[]): Promise<IssueResult> {
    const digest = digestOf(content);
    const issues = (open ?? (await this.findOpen(content.label))).filter(({ labels }) =>
      labels.includes(content.label),
    );
    const [issue] = issues;
    // With an attachment, the content is only whole once that is there.
    const properties = content.attachment ? [] : [{ key: property, value: { digest } }];
    const fields = { summary: content.title.slice(0, 255), description: document(content.body) };
    if (!issue) {
      const { key } = parseAs(
        createdAnswer,
        await this.#send("POST", "/issue", {
          fields: {
            ...fields,
            project: { key: this.settings.project },
            issuetype: { name: this.settings.issueType },
            labels: [content.group, content.label],
          },
          properties,
        }),
        "The answer of Jira to POST /rest/api/3/issue",
      );
      await this.#attach(key, content, digest);
      return { key, done: "created" };
    }
    if (issue.digest === digest) return { key: issue.key, done: "unchanged" };
    await this.#send("PUT", `/issue/${encodeURIComponent(issue.key)}`, { fields, properties });
    await this.#attach(issue.key, content, digest);
    return { key: issue.key, done: "updated" };
  }

  /** Closes the issue, and says why in a comment: one that cannot be closed gets none, however often it is tried. */
  async closeIssue({ key }: OpenIssue, why: string): Promise<IssueResult> {
    const path = `/issue/${encodeURIComponent(key)}`;
    const { transitions } = parseAs(
      transitionsAnswer,
      await this.#send("GET", `${path}/transitions`),
      `The answer of Jira to GET /rest/api/3${path}/transitions`,
    );
    const { done } = this.settings;
    const chosen = transitions.find(({ name, to }) =>
      done === undefined ? to?.statusCategory?.key === "done" : name.toLowerCase() === done.toLowerCase(),
    );
    if (!chosen)
      throw new DeliveryError(
        `${key} cannot be closed: it has no transition ${done === undefined ? "to a status of the category Done" : `"${done}"`}. ` +
          `It has ${transitions.map(({ name }) => `"${name}"`).join(", ") || "none"}: set one as BITBUCKET_JIRA_DONE.`,
      );
    await this.#send("POST", `${path}/transitions`, { transition: { id: chosen.id } });
    await this.#send("POST", `${path}/comment`, { body: document([paragraph(why)]) });
    return { key, done: "closed" };
  }

  close(): Promise<void> {
    return this.#delivery.close();
  }

  async #attach(key: string, { attachment }: IssueContent, digest: string): Promise<void> {
    if (!attachment) return;
    const form = new FormData();
    form.append("file", new Blob([attachment.content], { type: attachment.type }), attachment.name);
    const path = `/issue/${encodeURIComponent(key)}`;
    // Jira refuses forms that do not say that they come from no browser.
    await this.#send("POST", `${path}/attachments`, form, { "x-atlassian-token": "no-check" });
    await this.#send("PUT", `${path}/properties/${property}`, { digest });
  }

  #send(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const { url, email, token } = this.settings;
    const login = Buffer.from(`${email}:${token.reveal()}`).toString("base64");
    return this.#delivery.send({
      method,
      url: `${url}/rest/api/3${path}`,
      shown: `${method} /rest/api/3${path}`,
      headers: { ...headers, authorization: `Basic ${login}` },
      ...(body instanceof FormData ? { form: body } : body === undefined ? {} : { body }),
    });
  }
}

function digestOf({ title, body, attachment, compared }: IssueContent): string {
  return createHash("sha256")
    .update(compared ?? JSON.stringify([title, body, attachment?.content]))
    .digest("hex")
    .slice(0, 32);
}
