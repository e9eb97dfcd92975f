/** An emulator and a client that sends it requests over HTTP. */
import { type Emulator, type EmulatorOptions, exampleTokens, startEmulator } from "../support/emulator";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined if it is empty or not JSON. */
  readonly body: Json;
}

/** The tests themselves check the content of a response, so it has no type. */
export type Json = ReturnType<typeof JSON.parse>;

export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

const running: Emulator[] = [];

afterAll(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

export async function start(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; alice: Ask }> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return { emulator, alice: asking(emulator, basic(exampleTokens.email, exampleTokens.admin)) };
}

export function basic(name: string, secret: string): string {
  return `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;
}

export function bearer(secret: string): string {
  return `Bearer ${secret}`;
}

export function asking(emulator: Emulator, authorization: string | undefined): Ask {
  return async (method, path, body) => {
    const form = body instanceof FormData || body instanceof URLSearchParams;
    const response = await fetch(path.startsWith("http") ? path : emulator.url + path, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined || form ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: response.status, headers: response.headers, text, body: parsed };
  };
}

/** A repository in a project of its own; with a file on `main` if asked. */
export async function repository(ask: Ask, slug = "api", withCommit = false): Promise<Json> {
  await ask("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  const made = await ask("POST", `/repositories/acme/${slug}`, {
    is_private: true,
    project: { key: "PLAT" },
  });
  expect(made.status).toBe(200);
  if (withCommit) {
    const form = new FormData();
    form.set("/README.md", "Hello");
    form.set("message", "Start");
    form.set("branch", "main");
    expect((await ask("POST", `/repositories/acme/${slug}/src`, form)).status).toBe(201);
  }
  return made.body;
}

/** A public key, different for each number. */
export function publicKey(number: number): string {
  return `ssh-ed25519 ${Buffer.from(`key number ${number}`.padEnd(51, ".")).toString("base64")}`;
}

export function encoded(uuid: string): string {
  return encodeURIComponent(uuid);
}
