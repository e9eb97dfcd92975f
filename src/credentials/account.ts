/** As whom a command works: the kind of its credential, its source, and the workspace. Never the token. */
import { z } from "zod";
import { type Client, type Credentials, defaultBaseUrl, tokenTypes } from "../bitbucket";

/** What is known of a credential without a request. */
export const accountSchema = z
  .object({
    type: z.enum([...tokenTypes, "oauth-client"]),
    from: z.string().meta({ description: "The source of the token, or of an OAuth consumer's secret." }),
    email: z.string().optional().meta({ description: "Of an API token's Atlassian account." }),
    clientId: z.string().optional().meta({ description: "Of an OAuth consumer." }),
    elsewhere: z
      .array(z.object({ what: z.string(), from: z.string() }))
      .optional()
      .meta({ description: "Parts that come from another place than the secret." }),
    api: z.string().meta({ description: "The API's base URL." }),
  })
  .meta({ id: "credential", description: "The credential in use, and its source. Never the secret." });
type AccountReport = z.output<typeof accountSchema>;

const nouns: Readonly<Record<Credentials["type"], string>> = {
  "api-token": "API token",
  repository: "repository access token",
  project: "project access token",
  workspace: "workspace access token",
  oauth: "OAuth access token",
  "oauth-client": "OAuth consumer",
};

export function describeAccount({
  credentials,
  origin,
  baseUrl,
}: Pick<Client, "credentials" | "origin" | "baseUrl">): AccountReport {
  const elsewhere = origin?.elsewhere.map(({ what, from }) => ({ what, from })) ?? [];
  return {
    type: credentials.type,
    from: origin?.from ?? "",
    ...(credentials.type === "api-token" ? { email: credentials.email } : {}),
    ...(credentials.type === "oauth-client" ? { clientId: credentials.clientId } : {}),
    ...(elsewhere.length > 0 ? { elsewhere } : {}),
    api: baseUrl,
  };
}

/** `Credential: API token of jo@acme.example, from BITBUCKET_TOKEN. Workspace: acme.` */
export function formatAccount(account: AccountReport, workspace: string): string {
  const { type, email, clientId, from, elsewhere = [], api } = account;
  const who = email ?? clientId;
  const others = elsewhere.map((one) => `, its ${one.what} from ${one.from}`).join("");
  const server = api === defaultBaseUrl ? "" : ` at ${api}`;
  return `Credential: ${nouns[type]}${who === undefined ? "" : ` of ${who}`}, from ${from}${others}. Workspace: ${workspace}${server}.`;
}
