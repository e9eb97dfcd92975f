/** Error responses in the formats of Bitbucket's services and gateways. */
import { type Client, PermissionError, ValidationError } from "../../src/bitbucket";
import { checkBaseUrl } from "../../src/bitbucket/baseUrl";
import { toCredentials } from "../../src/bitbucket/credentials";
import { json, Served } from "./support";

let served: Served;
afterEach(() => served.close());

async function refusal(
  status: number,
  body: unknown,
  ask = (client: Client) => client.get("/x"),
): Promise<Error> {
  served = await Served.start([json(status, body)]);
  try {
    await ask(served.client);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it was not refused");
}

test.each([
  [
    "fields as a list of texts, as webhooks have them",
    {
      error: {
        message: "Bad request",
        fields: ["Field: {url} Error: {must be public}", "Field: {events} Error: {twice}"],
      },
    },
    ": Bad request · url: must be public · events: twice.",
  ],
  [
    "fields as a list of other texts",
    { error: { message: "Bad request", fields: ["no luck"] } },
    ": Bad request · no luck.",
  ],
  [
    "fields as a list of objects",
    { error: { message: "Bad request", fields: [{ field: "url", message: "must be public" }] } },
    ": Bad request · url: must be public.",
  ],
  ["a message alone", { message: "Forbidden" }, ": Forbidden."],
  [
    "details without a wrapper",
    { message: "No", detail: "Not today", fields: { name: ["taken"] } },
    ": No Not today · name: taken.",
  ],
  [
    "a text as the error",
    { error: "invalid_grant", error_description: "The code is old" },
    ": The code is old.",
  ],
  ["fields of an unknown form", { error: { message: "Bad request", fields: 7 } }, ": Bad request."],
])("%s are told in words", async (_what, body, text) => {
  const error = await refusal(400, body);
  expect(error).toBeInstanceOf(ValidationError);
  expect(error.message).toContain(`Bitbucket rejected the request (GET /x)${text}`);
  expect(error.message).not.toMatch(/[{}[\]"]/);
});

test("fields are at hand by name", async () => {
  const error = await refusal(400, {
    error: { message: "Bad request", fields: ["Field: {url} Error: {internal}"] },
  });
  expect(error).toMatchObject({ fields: { url: ["internal"] } });
});

test("a workspace that may not be seen gets advice on the workspace, not on scopes", async () => {
  const error = await refusal(
    403,
    { type: "error", error: { message: "You do not have access to this workspace." } },
    (client) => client.get("/repositories/globex"),
  );
  expect(error).toBeInstanceOf(PermissionError);
  expect(error).toMatchObject({ code: "workspace" });
  expect(error.message).toMatch(/https:\/\/bitbucket\.org\/globex\/: use the name in the URL/);
  expect(error.message).not.toMatch(/scope/);
});

test("an API's URL without its version is named, with the right one", async () => {
  served = await Served.start([json(200, {})]);
  for (const url of [
    "https://api.bitbucket.org",
    "https://api.bitbucket.org/",
    "https://api.bitbucket.org/1.0",
    "http://127.0.0.1:7990",
  ])
    expect(() => checkBaseUrl(url)).toThrow(
      new RegExp(
        `^BITBUCKET_API_URL must end in /2\\.0, the version of the API: ${new URL(url).origin}/2\\.0`,
      ),
    );
  expect(checkBaseUrl("https://api.bitbucket.org/2.0/")).toBe("https://api.bitbucket.org/2.0");
  expect(checkBaseUrl("https://mirror.example.com/bitbucket")).toBe("https://mirror.example.com/bitbucket");
});

test("a byte order mark in a token, and a file that is not UTF-8, are named", async () => {
  served = await Served.start([json(200, {})]);
  const of = (text: string) =>
    toCredentials({
      token: { text, from: "the file token.txt" },
      tokenType: { text: "workspace", from: "x" },
    });
  expect(() => of("\ufeffATCTT3xFfGN0secret")).toThrow(
    /^the file token\.txt starts with an invisible byte order mark.*UTF-8/,
  );
  expect(() => of(Buffer.from("\ufeffATCT", "utf16le").toString("utf8"))).toThrow(
    /^the file token\.txt is not UTF-8 text/,
  );
});
