/** Events that reach a receiver over HTTP, as the documentation of webhooks describes them. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type Ask, repository, start } from "./support";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** @param statuses The answers, in turn; then 200. */
async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => {
      body += part.toString();
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const events = ["repo:created", "repo:updated", "repo:deleted", "repo:push", "project:updated"];
const secret = "kW4uPz81sQrTn0cV";

function addHook(alice: Ask, url: string, more: object = {}): Promise<unknown> {
  return alice("POST", "/workspaces/acme/hooks", {
    url,
    description: "",
    active: true,
    events,
    secret,
    ...more,
  });
}

test("a workspace's webhook gets each event, signed, with the headers of the service", async () => {
  const { emulator, alice } = await start({ internalWebhooks: true });
  const { url, received } = await receiver();
  await addHook(alice, url);
  await repository(alice, "api", true);
  const { body: shown } = await alice("GET", "/repositories/acme/api");
  await alice("PUT", "/repositories/acme/api", { description: "changed" });
  await alice("PUT", `/workspaces/acme/projects/${shown.project.key}`, { name: "Renamed" });
  await alice("DELETE", "/repositories/acme/api");
  await emulator.settleDeliveries();
  const keys = received.map(({ headers }) => headers["x-event-key"]);
  expect([...keys].sort()).toEqual([...events].sort());
  for (const { headers, body } of received) {
    expect(headers["x-hub-signature"]).toBe(
      `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    );
    expect(headers["x-request-uuid"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-hook-uuid"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["x-attempt-number"]).toBe("1");
    expect(headers["content-type"]).toBe("application/json");
    const { repository: of, project } = JSON.parse(body);
    expect([shown.uuid, shown.project.uuid]).toContain((of ?? project).uuid);
    expect((of ?? project).workspace.uuid).toBe(shown.workspace.uuid);
    expect(body).not.toContain(secret);
  }
  expect(new Set(received.map(({ headers }) => headers["x-request-uuid"])).size).toBe(events.length);
  const updated = received.find(({ headers }) => headers["x-event-key"] === "repo:updated");
  expect(JSON.parse(updated?.body ?? "")).toMatchObject({
    changes: { description: { new: "changed" } },
  });
});

test("an attempt that fails is made twice more, with the same id; a refusal is final", async () => {
  const { emulator, alice } = await start({ internalWebhooks: true, webhookRetryDelay: 1 });
  const { url, received } = await receiver(503, 500, 502, 404);
  await addHook(alice, url);
  await repository(alice);
  await emulator.settleDeliveries();
  expect(received.map(({ headers }) => headers["x-attempt-number"])).toEqual(["1", "2", "3"]);
  expect(new Set(received.map(({ headers }) => headers["x-request-uuid"])).size).toBe(1);
  await alice("PUT", "/repositories/acme/api", { description: "changed" });
  await emulator.settleDeliveries();
  expect(received).toHaveLength(4);
  expect(emulator.deliveries.map(({ attempts }) => attempts)).toEqual([[503, 500, 502], [404]]);
});

test("a webhook that is inactive, has no such event, or is elsewhere gets nothing", async () => {
  const { emulator, alice } = await start({ internalWebhooks: true });
  const { url, received } = await receiver();
  await addHook(alice, url, { active: false });
  await addHook(alice, `${url}/2`, { events: ["repo:push"] });
  await addHook(alice, "https://ci.example.com/hook");
  await repository(alice);
  // Of what else changed, the service tells nobody.
  await alice("PUT", "/repositories/acme/api", { fork_policy: "no_forks", is_private: true });
  await emulator.settleDeliveries();
  expect(received).toEqual([]);
});
