/** A list that contradicts itself is read again, and is then an error: items missing from it are not gone. */
import { inspect } from "node:util";
import { IncompleteError } from "../../src/bitbucket";
import { type Answer, Served } from "./support";

const open: Served[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

type Item = Record<string, unknown>;
const items = (from: number, to: number): Item[] =>
  Array.from({ length: to - from }, (_, index) => ({ uuid: `{${from + index}}` }));

/** @param read The pages of each read of the whole collection; the last one repeats. */
async function serve(
  ...read: readonly (readonly { values: readonly Item[]; size?: number }[])[]
): Promise<Served> {
  let time = -1;
  const answer: Answer = (request, response) => {
    const at = Number(new URL(request.url ?? "", "http://x").searchParams.get("ctx") ?? 0);
    if (at === 0) time += 1;
    const pages = read[Math.min(time, read.length - 1)] ?? [];
    const next = at + 1 < pages.length ? `http://${request.headers.host}/2.0/hooks?ctx=${at + 1}` : undefined;
    response.end(JSON.stringify({ ...pages[at], next }));
  };
  const served = await Served.start([answer]);
  open.push(served);
  return served;
}

async function refusal(served: Served): Promise<string> {
  const error = await served.client.list("/repositories/acme/api/hooks").then(
    (read) => read,
    (reason: unknown) => reason,
  );
  if (error instanceof IncompleteError) return error.message;
  throw new Error(`no IncompleteError, but ${inspect(error)}`);
}

test.each([
  ["an empty page", [{ values: [], size: 14 }], "says 14 and gave 0"],
  [
    "a few and then an empty page",
    [
      { values: items(0, 5), size: 14 },
      { values: [], size: 14 },
    ],
    "says 14 and gave 5",
  ],
  ["some of them twice", [{ values: [...items(0, 7), ...items(0, 7)], size: 14 }], "says 14 and gave 7"],
  ["fewer than it says", [{ values: items(0, 13), size: 14 }], "says 14 and gave 13"],
  ["more than it says", [{ values: items(0, 14), size: 3 }], "says 3 and gave 14"],
  [
    "another size on a later page",
    [
      { values: items(0, 5), size: 5 },
      { values: items(5, 7), size: 7 },
    ],
    "says 5 and then 7 and gave 7",
  ],
  [
    "a UUID that comes again in another case",
    [{ values: [{ uuid: "{aa}" }, { uuid: "{AA}" }], size: 2 }],
    "says 2 and gave 1",
  ],
  [
    "users that come again",
    [
      {
        values: [
          { user: { uuid: "{a}" }, permission: "read" },
          { user: { uuid: "{a}" }, permission: "write" },
        ],
        size: 2,
      },
    ],
    "says 2 and gave 1",
  ],
  ["pages that overlap, without a size", [{ values: items(0, 5) }, { values: items(4, 8) }], "gave 8"],
])("%s", async (_name, pages, told) => {
  const served = await serve(pages);
  const message = await refusal(served);
  expect(message).toContain(told);
  expect(message).toMatch(/GET \/repositories\/acme\/api\/hooks.*Run this again/);
  expect(served.seen).toHaveLength(3 * pages.length);
});

test("pages in another order each time", async () => {
  const pages = (...order: number[]) => [
    { values: order.slice(0, 7).flatMap((at) => items(at, at + 1)), size: 14 },
    { values: order.slice(7).flatMap((at) => items(at, at + 1)), size: 14 },
  ];
  const served = await serve(
    pages(0, 1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1, 0),
    pages(13, 12, 11, 10, 9, 8, 7, 7, 8, 9, 10, 11, 12, 13),
    pages(0, 2, 4, 6, 8, 10, 12, 0, 1, 2, 3, 4, 5, 6),
  );
  expect(await refusal(served)).toContain("says 14 and gave 10");
});

test("what somebody changed meanwhile is got over, and each item comes once", async () => {
  const served = await serve(
    [
      { values: items(0, 5), size: 10 },
      // An item of the first page was deleted: the first one of this page moved there.
      { values: items(6, 10), size: 9 },
    ],
    [
      { values: items(1, 6), size: 9 },
      { values: items(6, 10), size: 9 },
    ],
  );
  const read = await served.client.list("/repositories/acme/api/hooks");
  expect(read).toEqual([...items(0, 5), ...items(6, 10), ...items(5, 6)]);
  expect(served.seen).toHaveLength(4);
});

test("items that nothing tells apart count as often as they come", async () => {
  const served = await serve([{ values: [{ name: "a" }, { name: "a" }], size: 2 }]);
  expect(await served.client.list("/repositories/acme/api/hooks")).toHaveLength(2);
});
