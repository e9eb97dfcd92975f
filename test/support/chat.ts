/**
 * A stand-in for the webhooks of Slack and Teams, with the answers that matter: it takes JSON at its one address, checks
 * the form of the message, and refuses everything else as the services do.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ChatStandIn {
  /** The address, with the secret in its path. */
  readonly slack: string;
  readonly teams: string;
  readonly messages: { readonly chat: "slack" | "teams"; readonly text: string }[];
  readonly outages: { readonly status: number; readonly headers?: Record<string, string> }[];
  close(): Promise<void>;
}

export async function startChats(secret: string): Promise<ChatStandIn> {
  const messages: { chat: "slack" | "teams"; text: string }[] = [];
  const outages: ChatStandIn["outages"] = [];
  const paths = { slack: `/services/T0/B0/${secret}`, teams: `/workflows/1/triggers/manual?sig=${secret}` };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const outage = outages.shift();
      if (outage) {
        response.writeHead(outage.status, outage.headers).end("rate_limited");
        return;
      }
      const text = Buffer.concat(parts).toString("utf8");
      const [status, answer] = answerTo(request.url ?? "", text);
      response.writeHead(status).end(answer);
    });
  });
  const answerTo = (url: string, text: string): readonly [number, string] => {
    if (url !== paths.slack && url !== paths.teams) return [404, "no_service"];
    const body = JSON.parse(text);
    if (url === paths.slack) {
      const blocks: { type: string; text?: { text: string } }[] = body.blocks ?? [];
      if (typeof body.text !== "string" || body.text === "") return [400, "no_text"];
      if (blocks.length > 50 || blocks.some((one) => (one.text?.text.length ?? 0) > 3000))
        return [400, "invalid_blocks"];
      messages.push({ chat: "slack", text });
      return [200, "ok"];
    }
    const [card] = body.attachments ?? [];
    if (
      body.type !== "message" ||
      card?.contentType !== "application/vnd.microsoft.card.adaptive" ||
      card.content?.type !== "AdaptiveCard" ||
      text.length > 28 * 1024
    )
      return [400, '{"error":{"code":"TriggerInputSchemaMismatch"}}'];
    messages.push({ chat: "teams", text });
    return [202, ""];
  };
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    slack: origin + paths.slack,
    teams: origin + paths.teams,
    messages,
    outages,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
