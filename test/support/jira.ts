/**
 * A stand-in for Jira Cloud's API of version 3, as far as issues are kept with it: creation, change, search by label,
 * properties, comments, attachments and transitions, with the refusals that matter.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface StoredIssue {
  readonly key: string;
  fields: { summary: string; description: unknown; labels: readonly string[]; issuetype: unknown };
  status: "To Do" | "In Progress" | "Done";
  readonly properties: Map<string, unknown>;
  readonly comments: string[];
  readonly attachments: string[];
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export class JiraStandIn {
  readonly issues: StoredIssue[] = [];
  /** `POST /rest/api/3/issue`, in their order. */
  readonly requests: string[] = [];
  /** Answers that come before the usual ones: for outages. */
  readonly outages: {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  }[] = [];
  /** Keys of the issues of which a validator of the workflow refuses each transition. */
  readonly stuck = new Set<string>();
  /** Names of transitions, with the category of the status that each leads to. */
  transitions: readonly { readonly name: string; readonly category: string }[] = [
    { name: "Start", category: "indeterminate" },
    { name: "Resolve", category: "done" },
  ];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly login: string,
  ) {}

  static async start(email: string, token: string, project = "OPS"): Promise<JiraStandIn> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const login = `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`;
    const jira = new JiraStandIn(server, `http://127.0.0.1:${port}`, login);
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        jira.requests.push(`${request.method} ${request.url}`);
        const outage = jira.outages.shift();
        const { status, body } =
          outage ?? jira.#answer(request, Buffer.concat(parts).toString("utf8"), project);
        response.writeHead(status, { "content-type": "application/json", ...outage?.headers });
        response.end(body === undefined ? "" : JSON.stringify(body));
      });
    });
    return jira;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(() => done()));
  }

  issue(key: string): StoredIssue {
    const found = this.issues.find((one) => one.key === key);
    if (!found) throw new Error(`there is no issue ${key}`);
    return found;
  }

  /** All that an issue shows, as text. */
  textOf(key: string): string {
    return JSON.stringify(this.issue(key), (_name, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    );
  }

  #answer(request: IncomingMessage, text: string, project: string): Answer {
    const { method, url = "", headers } = request;
    if (headers.authorization !== this.login)
      return {
        status: 401,
        body: { errorMessages: ["Client must be authenticated to access this resource."] },
      };
    const path = url.replace(/^\/rest\/api\/3/, "");
    if (method === "POST" && path === "/search/jql") return this.#search(JSON.parse(text));
    if (method === "POST" && path === "/issue") return this.#create(JSON.parse(text), project);
    const [, key = "", rest = ""] = path.match(/^\/issue\/([^/]+)(.*)$/) ?? [];
    const issue = this.issues.find((one) => one.key === decodeURIComponent(key));
    if (!issue) return { status: 404, body: { errorMessages: ["Issue does not exist"], errors: {} } };
    if (method === "PUT" && rest === "") {
      const { fields, properties } = JSON.parse(text);
      Object.assign(issue.fields, fields);
      for (const one of properties ?? []) issue.properties.set(one.key, one.value);
      return { status: 204 };
    }
    if (method === "PUT" && rest.startsWith("/properties/")) {
      issue.properties.set(rest.slice("/properties/".length), JSON.parse(text));
      return { status: 200 };
    }
    if (method === "POST" && rest === "/attachments") {
      if (headers["x-atlassian-token"] !== "no-check" || !headers["content-type"]?.startsWith("multipart/"))
        return { status: 403, body: "XSRF check failed" };
      issue.attachments.push(text);
      return { status: 200, body: [] };
    }
    if (method === "POST" && rest === "/comment") {
      const { body } = JSON.parse(text);
      if (body?.type !== "doc" || body.version !== 1)
        return {
          status: 400,
          body: { errorMessages: [], errors: { comment: "Comment body is not valid!" } },
        };
      issue.comments.push(JSON.stringify(body));
      return { status: 201, body: {} };
    }
    if (rest === "/transitions" && method === "GET")
      return {
        status: 200,
        body: {
          transitions: this.transitions.map(({ name, category }, index) => ({
            id: String(index + 1),
            name,
            to: { name, statusCategory: { key: category } },
          })),
        },
      };
    if (rest === "/transitions" && method === "POST") {
      if (this.stuck.has(issue.key))
        return { status: 400, body: { errorMessages: ["Resolution is required."], errors: {} } };
      const chosen = this.transitions[Number(JSON.parse(text).transition?.id) - 1];
      if (!chosen) return { status: 400, body: { errorMessages: ["It is not a valid transition"] } };
      issue.status = chosen.category === "done" ? "Done" : "In Progress";
      return { status: 204 };
    }
    return { status: 405, body: "Method Not Allowed" };
  }

  #create(
    {
      fields,
      properties,
    }: { fields: Record<string, unknown>; properties?: { key: string; value: unknown }[] },
    project: string,
  ): Answer {
    const errors: Record<string, string> = {};
    if ((fields.project as { key?: string } | undefined)?.key !== project)
      errors.project = "valid project is required";
    if (typeof fields.summary !== "string" || fields.summary === "" || /\n/.test(fields.summary))
      errors.summary = "The summary is invalid";
    if ((fields.description as { type?: string } | undefined)?.type !== "doc")
      errors.description = "Operation value must be an Atlassian Document";
    if ((fields.labels as string[]).some((label) => /\s/.test(label)))
      errors.labels = "The label contains spaces which is invalid.";
    if (Object.keys(errors).length > 0) return { status: 400, body: { errorMessages: [], errors } };
    const key = `${project}-${this.issues.length + 1}`;
    this.issues.push({
      key,
      fields: fields as unknown as StoredIssue["fields"],
      status: "To Do",
      properties: new Map((properties ?? []).map((one) => [one.key, one.value])),
      comments: [],
      attachments: [],
    });
    return { status: 201, body: { id: String(10_000 + this.issues.length), key } };
  }

  /** One issue a page. */
  #search(query: { jql: string; nextPageToken?: string; properties?: readonly string[] }): Answer {
    const label = query.jql.match(/labels = "([^"]+)"/)?.[1];
    if (label === undefined || !/^project = "[A-Z]+" AND /.test(query.jql))
      return { status: 400, body: { errorMessages: ["Error in the JQL Query"] } };
    const found = this.issues.filter(
      ({ fields, status }) =>
        fields.labels.includes(label) && !(query.jql.includes("statusCategory != Done") && status === "Done"),
    );
    const at = Number(query.nextPageToken ?? 0);
    return {
      status: 200,
      body: {
        issues: found.slice(at, at + 1).map(({ key, fields, properties }) => ({
          id: key,
          key,
          fields: { labels: fields.labels },
          properties: Object.fromEntries(
            [...properties].filter(([name]) => query.properties?.includes(name)),
          ),
        })),
        ...(at + 1 < found.length ? { nextPageToken: String(at + 1) } : { isLast: true }),
      },
    };
  }
}
