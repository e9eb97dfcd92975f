/** The output of `api` to a terminal and to a pipe. */
import { Readable } from "node:stream";
import { escapeForTerminal, printAnswer, printOpened } from "../../src/cli/api/output";

const hostile = "a\u202eb\u001b[31m\u0007\u200b\u061c\u{e0061}";

/** The standard output. */
async function printed(isTTY: boolean, print: () => Promise<void>): Promise<string> {
  const { isTTY: before } = process.stdout;
  const parts: string[] = [];
  const write = jest.spyOn(process.stdout, "write").mockImplementation(((
    part: string | Uint8Array,
    ...rest: unknown[]
  ) => {
    parts.push(typeof part === "string" ? part : Buffer.from(part).toString("utf8"));
    for (const one of rest) if (typeof one === "function") one();
    return true;
  }) as typeof process.stdout.write);
  Object.defineProperty(process.stdout, "isTTY", { value: isTTY, configurable: true });
  try {
    await print();
  } finally {
    write.mockRestore();
    Object.defineProperty(process.stdout, "isTTY", { value: before, configurable: true });
  }
  return parts.join("");
}

const answer = {
  status: 200,
  headers: { "x-title": "\u001b]0;x\u0007" },
  body: JSON.stringify({ name: hostile }),
};

test("JSON on a terminal is the same JSON, with what a terminal must not be sent escaped", async () => {
  const text = await printed(true, () => printAnswer(answer, { include: true }));
  expect(text).toContain('"name": "a\\u202eb\\u001b[31m\\u0007\\u200b\\u061c\\udb40\\udc61"');
  expect(text).toContain("x-title: \\u001b]0;x\\u0007\n");
  expect(JSON.parse(text.slice(text.indexOf("{")))).toEqual({ name: hostile });
});

test("what is piped stays as it came, to the byte", async () => {
  const text = await printed(false, () => printAnswer(answer, {}));
  expect(text).toBe(`${answer.body}\n`);
});

test("a text on a terminal is escaped too, also where a character comes in two parts", async () => {
  const bytes = Buffer.from("one\r\ntwo\t\u202ethree\n");
  const opened = {
    status: 200,
    headers: { "content-type": "text/plain" },
    body: Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]),
  };
  expect(await printed(true, () => printOpened(opened, {}))).toBe("one\ntwo\t\\u202ethree\n");
});

test("tabs, line ends and letters of all scripts stay", () => {
  expect(escapeForTerminal("a\tb\nمرحبا 日本語 👩‍💻")).toBe("a\tb\nمرحبا 日本語 👩‍💻");
});
