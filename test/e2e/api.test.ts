/** `api`, as installed, against the emulator, including the examples of docs/how-to/call-the-api.md. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { quickStart } from "../support/quickStart";

jest.setTimeout(240_000);

const root = resolve(__dirname, "..", "..");
const main = join(root, "dist", "cli", "main.js");

let emulator: Emulator;
let folder: string;
beforeAll(async () => {
  emulator = await startEmulator();
  folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-api-"));
  const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;
  const make = async (path: string, body: unknown) => {
    const form = body instanceof FormData;
    const response = await fetch(emulator.url + path, {
      method: "POST",
      headers: { authorization, ...(form ? {} : { "content-type": "application/json" }) },
      body: form ? body : JSON.stringify(body),
    });
    expect(response.status).toBeLessThan(300);
  };
  await make("/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  for (const name of ["api", "web"])
    await make(`/repositories/acme/${name}`, { project: { key: "PLAT" }, is_private: true });
  const files = new FormData();
  files.append("README.md", new Blob(["# The API\n"]), "README.md");
  files.append("branch", "main");
  await make("/repositories/acme/api/src", files);
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Result {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function api(args: readonly string[], env: Record<string, string> = {}, input = ""): Promise<Result> {
  return start(process.execPath, [main, "api", ...args], env, input);
}

function start(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  input = "",
): Promise<Result> {
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      ...quickStart,
      BITBUCKET_API_URL: emulator.url,
      BITBUCKET_EMAIL: exampleTokens.email,
      BITBUCKET_TOKEN: exampleTokens.admin,
      BITBUCKET_WORKSPACE: "acme",
      BITBUCKET_REPO_SLUG: "api",
      ...env,
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  // A program that reads nothing may have ended already.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}

test("every example of docs/how-to/call-the-api.md works as it stands, in a shell", async () => {
  const page = readFileSync(join(root, "docs", "how-to", "call-the-api.md"), "utf8");
  const examples = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.trim().split("\n"),
  );
  expect(examples.length).toBeGreaterThan(15);
  const script = [
    "npx() {",
    `[ "$1" = bitbucket-as-code ] || echo "FAILED: npx $1"`,
    "shift",
    `'${process.execPath}' '${main}' "$@" || echo "FAILED $?: $*"`,
    "}",
  ];
  const run = await start(
    "bash",
    ["-c", [...script, ...examples.flatMap((one, at) => [`echo "== ${at}"`, one])].join("\n")],
    {},
  );
  expect(`${run.stdout}${run.stderr}`).not.toMatch(/FAILED.*/);
  const outputs = run.stdout.split(/^== \d+\n/m).slice(1);
  const of = (part: string) => outputs[examples.findIndex((one) => one.includes(part))] ?? "";
  expect(of("'.values[].slug'").split("\n")).toEqual(expect.arrayContaining(["api", "web"]));
  expect(of("q='project")).toMatch(/"slug":"web"/);
  expect(of("Made by hand")).toBe("Made by hand\n");
  expect(of("@tsv")).toMatch(/^main\t[0-9a-f]{12}$/m);
  expect(of("README.md")).toBe("# The API\n");
  expect(of("-f state=OPEN")).toMatch(/^1 Fix one$/m);
  expect(of("display_name")).toMatch(/Alice Archer\nBob Builder/);
  expect(of("downloads --jq")).toBe("README.copy.md 10\n");
  expect(readFileSync(join(folder, "from-downloads.md"), "utf8")).toBe("# The API\n");
});

test("all pages come as one, and jq's own words say what is wrong with a filter", async () => {
  const { state } = emulator;
  const acme = state.workspaces.get("acme");
  const web = acme?.repositories.get("web");
  if (!acme || !web) throw new Error("web is not there");
  for (let count = 1; count <= 120; count += 1)
    acme.repositories.set(`r${count}`, {
      ...web,
      slug: `r${count}`,
      name: `r${count}`,
      uuid: `{${randomUUID()}}`,
    });
  const { stdout } = await api(["repositories/acme", "--paginate", "--jq", "[.values[].slug] | length"]);
  expect(Number(stdout)).toBeGreaterThanOrEqual(122);
  for (let count = 1; count <= 120; count += 1) acme.repositories.delete(`r${count}`);
  const wrong = await api(["user", "--jq", ".values["]);
  expect(wrong).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(/--jq \.values\[: jq: error: syntax error/),
  });
});

test("a 403 says which scopes the request takes and where to tick them", async () => {
  const { exitCode, stderr } = await api(
    ["repositories/acme/api/hooks", "-f", "url=https://x.example.com", "-f", "events[]=repo:push"],
    {
      BITBUCKET_TOKEN: exampleTokens.reader,
    },
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /requires the scopes read:webhook:bitbucket, write:webhook:bitbucket.*missing: write:webhook:bitbucket.*id\.atlassian\.com/s,
  );
  const mechanism = await api(["user"], {
    BITBUCKET_TOKEN: exampleTokens.workspace,
    BITBUCKET_TOKEN_TYPE: "workspace",
  });
  expect(mechanism.stderr).toMatch(/This type of credential cannot do that.*user's API token/s);
});

test.each([
  [["https://elsewhere.example.com/2.0/user"], /does not start .*the credential is not sent anywhere else\./],
  [["repositories/acme/../globex"], /cannot be "\." or "\.\."/],
  [["user", "-H", "Authorization: Bearer x"], /-H Authorization: this header is set automatically/],
  [["user", "-X", "PATCH"], /-X PATCH: Bitbucket's API accepts GET, POST, PUT, DELETE/],
  [["user", "-f", "name"], /"name" is not a field/],
  [["user", "--input", "nowhere.json"], /nowhere\.json cannot be read \(ENOENT\)/],
  [["repositories/{workspace}/{repository}"], /\{repository\} is unknown: set BITBUCKET_REPO_SLUG/],
])("%j is refused before anything is sent", async (args, message) => {
  const before = emulator.requests.length;
  const { exitCode, stderr } = await api(args, { BITBUCKET_REPO_SLUG: "" });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(message);
  expect(emulator.requests.length).toBe(before);
});

test("{workspace} and {repository} are those of the clone in which one stands", async () => {
  const { host } = new URL(emulator.url);
  const git = (...args: string[]) => start("git", args, {});
  await git("init", "-q", ".");
  await git("remote", "add", "origin", `http://${host}/acme/web.git`);
  const { stdout } = await api(["repositories/{workspace}/{repo_slug}", "--jq", ".slug"], {
    BITBUCKET_REPO_SLUG: "",
    BITBUCKET_WORKSPACE: "",
  });
  rmSync(join(folder, ".git"), { recursive: true });
  expect(stdout).toBe("web\n");
});

test("a POST that may have been carried out is sent once", async () => {
  const before = emulator.requests.length;
  const { remove } = emulator.addFault({
    kind: "drop-after",
    method: "POST",
    path: "/repositories/acme/api/refs/branches",
  });
  const { exitCode, stderr } = await api([
    "repositories/{workspace}/{repository}/refs/branches",
    "-f",
    "name=once",
    "-f",
    "target[hash]=main",
  ]);
  remove();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/There was no response|broke/);
  expect(emulator.requests.slice(before).filter(({ method }) => method === "POST")).toHaveLength(1);
});

/** A Bitbucket whose downloads are on another host, to which the connection breaks. */
class Elsewhere {
  readonly seen: IncomingMessage[] = [];
  readonly #servers: Server[] = [];

  async serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer((request, response) => {
      this.seen.push(request);
      answer(request, response);
    });
    this.#servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}

test("a download on another host gets no credential, and goes on where it broke off", async () => {
  const elsewhere = new Elsewhere();
  const content = Buffer.alloc(300_000, "0123456789");
  let breaks = 2;
  const store = await elsewhere.serve((request, response) => {
    const from = Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: '"one"',
      "content-length": String(content.length - from),
    });
    if (breaks === 0) {
      response.end(content.subarray(from));
      return;
    }
    breaks -= 1;
    response.write(content.subarray(from, from + 100_000));
    // It breaks as soon as a part was kept.
    const watch = setInterval(() => {
      const file = join(folder, "big.bin.partial");
      if (!existsSync(file) || statSync(file).size <= from) return;
      clearInterval(watch);
      request.socket.destroy();
    }, 20);
  });
  const bitbucket = await elsewhere.serve((_request, response) =>
    response.writeHead(302, { location: `${store}/file` }).end(),
  );
  const { exitCode, stderr } = await api(["repositories/acme/api/downloads/big", "-o", "big.bin"], {
    BITBUCKET_API_URL: `${bitbucket}/2.0`,
  });
  elsewhere.close();
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("300000 bytes"),
  });
  expect(readFileSync(join(folder, "big.bin")).equals(content)).toBe(true);
  const [first, second] = [
    elsewhere.seen.filter(({ url }) => url !== "/file"),
    elsewhere.seen.filter(({ url }) => url === "/file"),
  ];
  expect(first.every(({ headers }) => headers.authorization?.startsWith("Basic "))).toBe(true);
  expect(second.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, undefined]);
  expect(second.slice(1).map(({ headers }) => headers["if-range"])).toEqual(['"one"', '"one"']);
  expect(second[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test("a part that is there from an earlier run is added to only where the file is still the same", async () => {
  const put = (text: string) => {
    writeFileSync(join(folder, "report.txt"), text);
    return api(["repositories/acme/api/downloads", "--form", "files=@report.txt"]);
  };
  const get = () => api(["repositories/acme/api/downloads/report.txt", "-o", "got.txt"]);
  const part = (text: string, etag: string) => {
    writeFileSync(join(folder, "got.txt.partial"), text);
    writeFileSync(join(folder, "got.txt.partial.etag"), etag);
  };
  await put("the whole text\n");
  const address = [
    ...(emulator.state.workspaces.get("acme")?.repositories.get("api")?.downloads?.values() ?? []),
  ].find(({ name }) => name === "report.txt")?.address;
  // The received part stays: only the rest is read.
  part("THE WHOLE", `"${address?.slice(0, 32)}"`);
  expect((await get()).exitCode).toBe(0);
  expect(readFileSync(join(folder, "got.txt"), "utf8")).toBe("THE WHOLE text\n");
  part("of another file", '"another"');
  await get();
  expect(readFileSync(join(folder, "got.txt"), "utf8")).toBe("the whole text\n");
  expect(existsSync(join(folder, "got.txt.partial"))).toBe(false);
});
