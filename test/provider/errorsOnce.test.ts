/** A credential that Bitbucket no longer accepts ends a run: it is told of once, and nothing more is asked with it. */
import { PermissionError } from "../../src/bitbucket";
import { webhook } from "../../src/kinds";
import { VanishedError } from "../../src/live";
import { dynamicProvider } from "../../src/provider/dynamic";
import { ErrorsOnce } from "../../src/provider/errorsOnce";
import { printSummary } from "../../src/provider/exitSummary";
import { Session } from "../../src/provider/session";
import { World } from "../kinds/support";
import { exampleTokens } from "../support/emulator";

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.close());

test("a program's resources say it in full once, and then how many were not tried", async () => {
  const env = {
    BITBUCKET_API_URL: world.emulator.url,
    BITBUCKET_EMAIL: exampleTokens.email,
    BITBUCKET_TOKEN: exampleTokens.expired,
  };
  const session = new Session({ env, say() {}, warn() {} });
  const provider = dynamicProvider(webhook, session);
  const place = await world.parent("repository");
  const create = (index: number) =>
    provider.create({ ...place, url: `https://ci${index}.example.com/`, events: ["repo:push"] }).then(
      () => "created",
      (error: Error) => error.message,
    );
  try {
    expect(await create(1)).toMatch(/^Bitbucket did not accept the credential/);
    const asked = world.emulator.requests.length;
    for (const index of [2, 3])
      expect(await create(index)).toBe(
        "Not tried: Bitbucket no longer accepts the credential, see the other message.",
      );
    expect(world.emulator.requests).toHaveLength(asked);
    const said: string[] = [];
    await printSummary(
      () => session,
      (line) => said.push(line),
    );
    expect(said[0]).toBe("Bitbucket no longer accepts the credential: 2 more resources were not tried.");
  } finally {
    await session.close();
  }
});

test("how much of the state cannot be found is said in full once, however much more of it is missed after that", async () => {
  const once = new ErrorsOnce();
  const shown = (share: string) =>
    String((once.shorten(new VanishedError(share, ["webhook one"])) as Error).message);
  expect(shown("4 of 12 resources")).toMatch(/^4 of 12 resources cannot be found in Bitbucket/);
  expect(shown("5 of 12 resources")).toBe("Stopped for the same reason: see the other message.");
});

test.each([
  [
    "a scope that the credential lacks is said once",
    ["pullrequest:write"],
    "webhook",
    "Stopped for the same reason: see the other message.",
  ],
  [
    "what the user may not do, with a scope that another one implies, is said of each",
    ["repository:write"],
    "repository",
    "of the second",
  ],
])("%s", (_, granted, required, second) => {
  const once = new ErrorsOnce();
  const shown = (what: string) => {
    const details = { method: "GET", path: "/repositories/acme/api", status: 403 };
    return String(
      (once.shorten(new PermissionError("forbidden", what, details, granted, [required])) as Error).message,
    );
  };
  expect(shown("of the first")).toContain("of the first");
  expect(shown("of the second")).toContain(second);
});
