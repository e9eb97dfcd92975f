/** `api`: sends any request to Bitbucket's REST API, with the credential and the rate limit handled. */
import { Command, Option } from "commander";
import type { ApiRequest, HttpMethod } from "../../bitbucket";
import { configOf } from "../auth/status";
import { withClient } from "../shared/connect";
import { addExamples } from "../shared/examples";
import { UsageError } from "../shared/project";
import { apiBody, fieldsOf, queryOf } from "./fields";
import { type AnswerOptions, printAnswer, printOpened, printPages, saveAnswer } from "./output";
import { expandPlaceholders, requestPath } from "./place";

export interface ApiOptions {
  readonly method?: string;
  readonly field: readonly string[];
  readonly rawField: readonly string[];
  readonly form: readonly string[];
  readonly header: readonly string[];
  readonly input?: string;
  readonly include?: boolean;
  readonly paginate?: boolean;
  readonly jq?: string;
  readonly output?: string;
  readonly silent?: boolean;
}

const methods: readonly HttpMethod[] = ["GET", "POST", "PUT", "DELETE"];

/** An option that may be given several times. */
function repeatableOption(flags: string, description: string): Option {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  return new Option(flags, description).argParser(collect).default([], "none");
}

export function createApiCommand(): Command {
  const command = new Command("api")
    .description("Send a request to Bitbucket's REST API, and print the response")
    .argument(
      "<path>",
      "the path after /2.0: repositories/{workspace}/{repository}; placeholders in braces are replaced",
    )
    .option(
      "-X, --method <method>",
      "GET, POST, PUT or DELETE; default: GET, and POST where there are fields",
    )
    .addOption(
      repeatableOption(
        "-f, --raw-field <key=value>",
        "a string in the query (GET) or in the JSON body; the key can be a[b] or a[]",
      ),
    )
    .addOption(
      repeatableOption(
        "-F, --field <key=value>",
        "the same, with true, false, null and numbers as such, and @file read",
      ),
    )
    .addOption(
      repeatableOption(
        "--form <key=value>",
        "a part of a multipart form; @file sends a file: --form files=@app.zip",
      ),
    )
    .addOption(repeatableOption("-H, --header <name:value>", "an additional header"))
    .option("--input <file>", "a file with the body; - is standard input")
    .option("-i, --include", "also print status and headers")
    .option("--paginate", "read all pages and print them as one")
    .option("-q, --jq <filter>", "filter the response with jq")
    .option("-o, --output <file>", "save the response, and resume an interrupted download")
    .option("--silent", "do not print the response")
    .addHelpText(
      "after",
      [
        "",
        "A GET follows redirects; the credential is not sent to another host. A POST is never sent twice.",
        "Exit codes: 0 Bitbucket accepted the request, 1 it did not. More examples: docs/how-to/call-the-api.md",
      ].join("\n"),
    )
    .action(api);
  return addExamples(command, [
    "npx bitbucket-as-code api repositories/acme --paginate --jq '.values[].slug'",
    "npx bitbucket-as-code api repositories/acme/api/pipelines -f sort=-created_on -X GET --jq '.values[0].state.name'",
    "npx bitbucket-as-code api repositories/acme/api/refs/branches -f name=fix -f target[hash]=main",
  ]);
}

async function api(path: string, options: ApiOptions): Promise<void> {
  const fields = fieldsOf(options.rawField, options.field);
  const hasBody = options.input !== undefined || options.form.length > 0;
  const method = methodIn(options.method ?? (fields.length > 0 || hasBody ? "POST" : "GET"));
  if (hasBody && (method === "GET" || method === "DELETE"))
    throw new UsageError(`A ${method} has no body: remove --input and --form.`);
  if (options.paginate && method !== "GET") throw new UsageError("--paginate requires GET.");
  if (options.output !== undefined && (method !== "GET" || options.paginate))
    throw new UsageError("--output requires a single GET.");
  const headers = headersOf(options.header);
  const config = configOf(undefined);
  await withClient({ config, write: method !== "GET" }, async ({ client }) => {
    const where = requestPath(expandPlaceholders(path, config), client.baseUrl);
    const query = method === "GET" || method === "DELETE" ? queryOf(fields) : {};
    const shown: AnswerOptions = options;
    if (method !== "GET") {
      const body = method === "DELETE" ? {} : apiBody(options, fields);
      const request: ApiRequest = { method, path: where, headers, query, accept: "text", ...body };
      await printAnswer(await client.send(request), shown);
    } else if (options.paginate) await printPages(client.pages(where, { query }), shown);
    else if (options.output !== undefined)
      await saveAnswer(client, where, { query, headers }, options.output);
    else await printOpened(await client.open(where, { query, headers }), shown);
  });
}

function methodIn(text: string): HttpMethod {
  const method = methods.find((one) => one === text.toUpperCase());
  if (method) return method;
  throw new UsageError(`-X ${text}: Bitbucket's API accepts ${methods.join(", ")}.`);
}

/** Headers that the client sets itself. */
const pickOwn = ["authorization", "cookie", "host", "content-length", "user-agent"];

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = "", value = ""] = line.match(/^([!#$%&'*+.^_`|~\w-]+):\s*([^\r\n]*)$/) ?? [];
      if (name === "") throw new UsageError(`-H "${line.split(":")[0]}": use name:value.`);
      if (pickOwn.includes(name.toLowerCase()))
        throw new UsageError(
          `-H ${name}: this header is set automatically. See docs/reference/credentials.md.`,
        );
      return [name.toLowerCase(), value];
    }),
  );
}
