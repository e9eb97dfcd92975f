import { inspect } from "node:util";
import fc from "fast-check";
import {
  AuthenticationError,
  BitbucketError,
  ConnectionError,
  type CredentialOrigin,
  createClient,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ReadOnlyError,
  Secret,
  ServerError,
  UnexpectedResponseError,
  ValidationError,
} from "../../src/bitbucket";
import { type Answer, drop, json, Served, text } from "./support";

const open: Served[] = [];
async function serve(answers: readonly Answer[], options = {}): Promise<Served> {
  const served = await Served.start(answers, options);
  open.push(served);
  return served;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

async function failure(work: Promise<unknown>): Promise<BitbucketError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BitbucketError) return error;
  throw new Error(`no BitbucketError, but ${inspect(error)}`);
}

const apiError = (message: string, more = {}) => ({ type: "error", error: { message, ...more } });

describe("errors", () => {
  test("a 400 gives the API's message and those of the fields", async () => {
    const { client } = await serve([
      json(400, apiError("Bad request", { fields: { url: ["Enter a valid URL."] } })),
    ]);
    const error = await failure(client.send({ method: "POST", path: "/workspaces/acme/hooks", body: {} }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.message).toBe(
      "Bitbucket rejected the request (POST /workspaces/acme/hooks): Bad request · url: Enter a valid URL.",
    );
    expect(error.fields).toEqual({ url: ["Enter a valid URL."] });
  });

  test("a 401 says which scheme was used and what to check, and not the token", async () => {
    const { client } = await serve([
      json(401, apiError("Token is invalid, expired, or not supported for this endpoint.")),
    ]);
    const error = await failure(client.get("/user"));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain("Token is invalid, expired");
    expect(error.message).toContain("It was sent as Basic");
    expect(inspect(error)).not.toContain("the-token");
  });

  test("a 401 names the source of the token, and that of an e-mail address from another place", async () => {
    const origin = (elsewhere: CredentialOrigin["elsewhere"]) => ({ from: "bitbucket:token", elsewhere });
    const answers = [json(401, apiError("Token is invalid."))];
    const message = async (given: CredentialOrigin) =>
      (await failure((await serve(answers, { origin: given })).client.get("/user"))).message;
    expect(await message(origin([]))).toContain("It comes from bitbucket:token. Check");
    const email = { what: "e-mail address", text: "jo@acme.example", from: "BITBUCKET_EMAIL" };
    expect(await message(origin([email]))).toContain(
      "It comes from bitbucket:token, but its e-mail address (jo@acme.example) comes from BITBUCKET_EMAIL",
    );
  });

  test("a 403 lists what is granted, required and missing, though `detail` is an object", async () => {
    const detail = {
      granted: ["read:webhook:bitbucket"],
      required: ["read:webhook:bitbucket", "write:webhook:bitbucket"],
    };
    const { client } = await serve([
      json(403, apiError("Your credentials lack one or more required privilege scopes.", { detail })),
    ]);
    const error = await failure(client.send({ method: "POST", path: "/workspaces/acme/hooks", body: {} }));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject(detail);
    expect(error.message).toContain("missing: write:webhook:bitbucket");
  });

  test("a 403 for a token with all scopes is about its user, and asks for no new token", async () => {
    const scopes = ["read:webhook:bitbucket", "write:webhook:bitbucket", "read:issue:bitbucket"];
    const detail = { granted: scopes, required: scopes.slice(0, 1) };
    const { client } = await serve([json(403, apiError("You do not have access.", { detail }))]);
    const { message } = await failure(client.get("/repositories/acme/api/hooks"));
    expect(message).toContain(
      "has the required scopes (read:webhook:bitbucket): its user lacks the permission",
    );
    expect(message).not.toMatch(/create a new|read:issue/);
  });

  test("a 403 without scopes in it names those of the operation", async () => {
    const { client } = await serve([json(403, apiError("Forbidden"))]);
    expect((await failure(client.get("/repositories/acme/api/hooks"))).message).toContain(
      "It requires the scopes read:webhook:bitbucket",
    );
  });

  test("a refused mechanism is told apart from a missing scope", async () => {
    const { client } = await serve([
      json(403, apiError("This API is not accessible by this authentication mechanism")),
    ]);
    expect((await failure(client.get("/user"))).message).toContain("this requires a user's API token");
  });

  test.each([
    [404, NotFoundError],
    [410, BitbucketError],
  ])("a %i is an error of its own", async (status, type) => {
    const { client } = await serve([
      json(status, apiError("CHANGE-2770", { data: { announcement_url: "https://example.com/2770" } })),
    ]);
    const error = await failure(client.get("/workspaces"));
    expect(error).toBeInstanceOf(type);
    if (status === 410) expect(error.message).toContain("https://example.com/2770");
  });

  test("a gateway's HTML gives its title", async () => {
    const { client } = await serve([text(502, "<html><head><title>502 Bad Gateway</title></head></html>")]);
    const error = await failure(client.get("/user"));
    expect(error).toBeInstanceOf(ServerError);
    expect(error.message).toContain("502 Bad Gateway");
    expect(error.message).not.toContain("<");
  });

  test("what would move a terminal's cursor does not reach the message", async () => {
    const { client } = await serve([json(400, apiError("a\u001b[2Jb\u202ec"))]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect((await failure(client.get("/user"))).message).not.toMatch(/[\u001b\u202e]/);
  });

  test("any body at all ends in an error of ours", async () => {
    let body = "";
    let status = 400;
    const { client } = await serve([(_request, response) => void response.writeHead(status).end(body)], {
      maxWait: 0,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.json()),
        fc.constantFrom(400, 401, 403, 404, 409, 410, 418),
        async (said, code) => {
          [body, status] = [said, code];
          await failure(client.get("/user"));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("JSON with __proto__ in it changes nothing", async () => {
    const { client } = await serve([text(200, '{"__proto__": {"polluted": true}, "values": []}')]);
    await client.get("/user");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("repeating", () => {
  test.each(["GET", "PUT", "DELETE"] as const)(
    "a %s is tried again after a lost connection and after a 503",
    async (method) => {
      const served = await serve([drop, text(503, "busy"), json(200, { ok: true })]);
      const { body } = await served.client.send({ method, path: "/repositories/acme/api" });
      expect(body).toEqual({ ok: true });
      expect(served.seen).toHaveLength(3);
      expect(served.waits).toEqual([500, 1000]);
    },
  );

  test("a POST whose answer was lost is not, and says that it may have been carried out", async () => {
    const served = await serve([drop]);
    const error = await failure(
      served.client.send({ method: "POST", path: "/workspaces/acme/hooks", body: {} }),
    );
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.outcome).toBe("unknown");
    expect(served.seen).toHaveLength(1);
  });

  test("a POST that was refused for its rate is", async () => {
    const served = await serve([
      text(429, "Rate limit for this resource has been exceeded", { "retry-after": "7" }),
      json(201, {}),
    ]);
    await served.client.send({ method: "POST", path: "/workspaces/acme/hooks", body: {} });
    expect(served.seen).toHaveLength(2);
    expect(Math.max(...served.waits)).toBeGreaterThanOrEqual(7000);
  });

  test("a 429 that lasts is waited for once, not by each request; webhooks have a limit of their own", async () => {
    let open = false;
    const [fine, limited] = [json(200, {}), text(429, "Rate limit for this resource has been exceeded")];
    const answer: Answer = (...exchange) => (open ? fine : limited)(...exchange);
    const { client, seen } = await serve([answer]);
    await failure(client.get("/user"));
    const first = seen.length;
    expect(first).toBeGreaterThan(3);
    for (let count = 1; count <= 5; count += 1) {
      expect(await failure(client.get("/user"))).toBeInstanceOf(RateLimitError);
      expect(seen).toHaveLength(first + count);
    }
    await failure(client.get("/repositories/acme/api/hooks"));
    expect(seen.length).toBeGreaterThan(first + 8);
    // After a success, a later 429 is waited for again.
    open = true;
    await client.get("/user");
    open = false;
    const before = seen.length;
    await failure(client.get("/user"));
    expect(seen.length).toBeGreaterThan(before + 3);
  });

  test.each([
    ["500", text(500, "no")],
    ["malformed JSON", text(200, "{")],
    ["a lost connection", drop],
  ])(
    "%s that lasts is waited for once, until something goes well; writes are not reads",
    async (_what, broken) => {
      let open = false;
      const fine = json(200, {});
      const { client, seen } = await serve([(...exchange) => (open ? fine : broken)(...exchange)]);
      const asked = async (work: () => Promise<unknown>) => {
        const before = seen.length;
        await failure(work());
        return seen.length - before;
      };
      const read = () => client.get("/user");
      const write = () => client.send({ method: "PUT", path: "/repositories/acme/api", body: {} });
      expect(await asked(read)).toBeGreaterThan(2);
      expect(await asked(read)).toBe(1);
      expect(await asked(write)).toBeGreaterThan(2);
      expect(await asked(write)).toBe(1);
      open = true;
      await read();
      open = false;
      expect(await asked(read)).toBeGreaterThan(2);
      expect(await asked(write)).toBe(1);
    },
  );

  test("a 429 that lasts ends with what the limit is about", async () => {
    const served = await serve([
      text(429, "Rate limit for this resource has been exceeded", { "retry-after": "3600" }),
    ]);
    const error = await failure(served.client.get("/user"));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.message).toContain(
      "for each credential. Run this again after 60 min, as Bitbucket asks, or",
    );
    expect(served.waits).toEqual([]);
  });

  test("a DELETE whose first try had worked is a success, though the second finds nothing", async () => {
    const { client } = await serve([drop, json(404, apiError("gone"))]);
    expect((await client.send({ method: "DELETE", path: "/repositories/acme/api" })).status).toBe(204);
  });

  test("an address where nobody listens is given up after three tries", async () => {
    const waits: number[] = [];
    const client = createClient({
      credentials: { type: "workspace", token: new Secret("x") },
      baseUrl: "http://127.0.0.1:9/2.0",
      random: () => 0,
      sleep: async (wait) => void waits.push(wait),
    });
    const error = await failure(client.get("/user"));
    expect(error.outcome).toBe("not-applied");
    expect(waits).toHaveLength(2);
    await client.close();
  });

  test("cut-off JSON is read again", async () => {
    const { client } = await serve([text(200, '{"values": ['), json(200, { values: [1] })]);
    expect(await client.get("/user")).toEqual({ values: [1] });
  });
});

describe("pages", () => {
  test("every item is read once, however the pages are cut", async () => {
    let pages: number[][] = [];
    const { client } = await serve([
      (request, response) => {
        const at = Number(new URL(request.url ?? "", "http://x").searchParams.get("ctx") ?? 0);
        const next =
          at + 1 < pages.length
            ? `http://${request.headers.host}/2.0/repositories/acme?ctx=${at + 1}`
            : undefined;
        response.end(JSON.stringify({ values: (pages[at] ?? []).map((id) => ({ id })), next }));
      },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(50), { maxLength: 5 }), { minLength: 1, maxLength: 6 }),
        async (cut) => {
          // An item that occurs again on a later page shows that the pages were not cut from one list.
          const distinct = cut.map((page, index) =>
            page.filter((id) => !cut.slice(0, index).flat().includes(id)),
          );
          pages = distinct;
          const read = await client.list("/repositories/acme");
          expect(read).toEqual([...new Set(cut.flat())].map((id) => ({ id })));
        },
      ),
      { numRuns: 50 },
    );
  });

  test("where next is left out, the page number goes on", async () => {
    const answer: Answer = (request, response) => {
      const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page") ?? 1);
      const values = Array.from({ length: page < 3 ? 100 : 50 }, (_, index) => ({ id: page * 1000 + index }));
      response.end(JSON.stringify({ values, page, size: 250, pagelen: 100 }));
    };
    const served = await serve([answer]);
    expect(await served.client.list("/repositories/acme/api/pipelines_config/variables")).toHaveLength(250);
    expect(served.seen).toHaveLength(3);
  });

  test("fields keep what pagination needs", async () => {
    const served = await serve([json(200, { values: [] })]);
    await served.client.list("/repositories/acme", { fields: "uuid,name" });
    expect(decodeURIComponent(served.seen[0]?.url ?? "")).toContain(
      "fields=values.uuid,values.name,next,size,page,pagelen",
    );
  });

  test("further pages do not wait for requests that were sent before the first had come", async () => {
    const { client, seen } = await serve(
      [
        (request, response) => {
          const url = new URL(request.url ?? "", `http://${request.headers.host}`);
          const page = Number(url.searchParams.get("page") ?? "1");
          url.searchParams.set("page", String(page + 1));
          const next = url.pathname.endsWith("/list") && page < 4 ? url.href : undefined;
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ values: [{ id: page }], next }));
        },
      ],
      { concurrency: 1 },
    );
    const others = Array.from({ length: 20 }, (_, index) => `/other/${index}`);
    await Promise.all([client.list("/list"), ...others.map((path) => client.get(path))]);
    const last = seen.map(({ url }) => url.includes("/list")).lastIndexOf(true);
    // One other has its turn between two pages.
    expect(last).toBeLessThanOrEqual(7);
    expect(seen.filter(({ url }) => url.includes("/other")).map(({ url }) => url)).toEqual(
      others.map((path) => `/2.0${path}`),
    );
  });

  test("a collection that takes fewer items a page is read with fewer", async () => {
    const served = await serve([json(400, apiError("Invalid pagelen")), json(200, { values: [{ id: 1 }] })]);
    expect(await served.client.list("/pullrequests")).toEqual([{ id: 1 }]);
    expect(served.seen.map(({ url }) => url)).toEqual([
      "/2.0/pullrequests?pagelen=100",
      "/2.0/pullrequests?pagelen=50",
    ]);
  });

  test("a next that leads in a circle is an error", async () => {
    const answer: Answer = (request, response) =>
      void response.end(JSON.stringify({ values: [], next: `http://${request.headers.host}${request.url}` }));
    const { client } = await serve([answer]);
    expect(await failure(client.list("/repositories/acme"))).toBeInstanceOf(UnexpectedResponseError);
  });

  test("a next on another host is not followed, and the credential stays here", async () => {
    const other = await serve([json(200, { values: [] })]);
    const { client } = await serve([
      json(200, { values: [], next: `${other.origin}/2.0/repositories/acme` }),
    ]);
    const error = await failure(client.list("/repositories/acme"));
    expect(error.message).toContain("another host");
    expect(other.seen).toEqual([]);
  });

  test("a redirect to another host is not followed", async () => {
    const other = await serve([json(200, {})]);
    const { client } = await serve([text(302, "", { location: `${other.origin}/elsewhere` })]);
    expect((await failure(client.get("/user"))).message).toContain("and the credential is not sent there");
    expect(other.seen).toEqual([]);
  });
});

describe("credentials", () => {
  test("an API token goes as Basic, with the e-mail address", async () => {
    const served = await serve([json(200, {})]);
    await served.client.get("/user");
    expect(served.seen[0]?.authorization).toBe(
      `Basic ${Buffer.from("jo@acme.example:the-token").toString("base64")}`,
    );
  });

  describe("a credential that is not accepted any more", () => {
    const accepts =
      (token: string): Answer =>
      (request, response) => {
        const isRight = request.headers.authorization === `Bearer ${token}`;
        response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" });
        response.end("{}");
      };
    const bearer = (token: string) => ({ type: "workspace" as const, token: new Secret(token) });

    test("is replaced once for all requests, by what its owner finds", async () => {
      let asked = 0;
      const served = await serve([accepts("new")], {
        credentials: bearer("old"),
        replaceCredentials: async () => {
          asked += 1;
          return bearer("new");
        },
      });
      await Promise.all(["/a", "/b", "/c"].map((path) => served.client.get(path)));
      await served.client.get("/d");
      expect(asked).toBe(1);
      expect(served.seen.at(-1)?.authorization).toBe("Bearer new");
    });

    test.each([
      ["there is no other", async () => undefined, 1],
      ["the other is the same", async () => bearer("old"), 1],
      ["the other is not accepted either", async () => bearer("wrong"), 2],
    ])("is an error if %s", async (_what, replaceCredentials, requests) => {
      const served = await serve([accepts("new")], { credentials: bearer("old"), replaceCredentials });
      expect(await failure(served.client.get("/a"))).toBeInstanceOf(AuthenticationError);
      expect(served.seen).toHaveLength(requests);
    });

    test("of an OAuth consumer is replaced as well", async () => {
      const consumer = (secret: string) => ({
        type: "oauth-client" as const,
        clientId: "id",
        clientSecret: new Secret(secret),
      });
      const basic = `Basic ${Buffer.from("id:new-secret").toString("base64")}`;
      const answer: Answer = (request, response) => {
        const { url, headers } = request;
        const isRight = url?.includes("access_token")
          ? headers.authorization === basic
          : headers.authorization === "Bearer granted";
        response.writeHead(isRight ? 200 : 401, { "content-type": "application/json" });
        response.end(JSON.stringify({ access_token: "granted", expires_in: 7200 }));
      };
      const served = await serve([answer], {
        credentials: consumer("old-secret"),
        replaceCredentials: async () => consumer("new-secret"),
      });
      await served.client.get("/a");
      expect(served.seen).toHaveLength(3);
    });
  });

  test("an OAuth consumer fetches one access token for all who ask, and another after a 401", async () => {
    let given = 0;
    const answer: Answer = (request, response) => {
      if (request.url?.startsWith("/site/")) {
        given += 1;
        return void response.end(JSON.stringify({ access_token: `access-${given}`, expires_in: 3600 }));
      }
      const fresh = request.headers.authorization === "Bearer access-2" || given === 1;
      response.writeHead(fresh && !(given === 1 && request.url?.includes("revoked")) ? 200 : 401);
      response.end("{}");
    };
    const served = await serve([answer], {
      credentials: { type: "oauth-client", clientId: "id", clientSecret: new Secret("s") },
    });
    await Promise.all([served.client.get("/a"), served.client.get("/b"), served.client.get("/c")]);
    expect(given).toBe(1);
    await served.client.get("/revoked");
    expect(given).toBe(2);
  });

  test("a read-only client sends no write at all", async () => {
    const served = await serve([json(200, {})], { readOnly: true });
    const error = await failure(served.client.send({ method: "DELETE", path: "/repositories/acme/api" }));
    expect(error).toBeInstanceOf(ReadOnlyError);
    expect(served.seen).toEqual([]);
  });
});

test("no more requests run at once than are allowed", async () => {
  let running = 0;
  let most = 0;
  const answer: Answer = (_request, response) => {
    running += 1;
    most = Math.max(most, running);
    setImmediate(() => {
      running -= 1;
      response.end("{}");
    });
  };
  const { client } = await serve([answer], { concurrency: 3 });
  await Promise.all(Array.from({ length: 30 }, (_, index) => client.get(`/${index}`)));
  expect(most).toBeLessThanOrEqual(3);
  expect(client.budget.requests).toBe(30);
  expect(client.budget.formatSummary()).toMatch(
    /^30 requests to Bitbucket \(30 GET\); about 970 of 1000 an hour are left/,
  );
});
