/** An event costs the file of one repository, however many have one. */
import { repository } from "../../src/kinds";
import { filesOfSubject } from "../../src/listen/files";

const entry = (name: string, id: string) => ({ kind: repository, name, id, urn: "", outputs: {} });
const uuid = "{0a8cb1e6-2136-48d9-a3c2-63a063cf40c3}";
const request = (name: string) => ({ workspace: "acme", repository: name, slug: name });

test("reads the file of the repository, and of those that were never applied", async () => {
  const asked: string[] = [];
  const source = filesOfSubject(
    {
      read: async (requests) => {
        asked.push(...requests.map(({ repository: name }) => name));
        return new Map(requests.map(({ repository: name }) => [name, { text: `description: ${name}` }]));
      },
    },
    uuid,
    async () => [entry("a", "{a}"), entry("b", uuid.toUpperCase()), entry("c", "{c}")],
  );
  const found = await source.read(["a", "b", "c", "new"].map(request));
  expect(asked).toEqual(["b", "new"]);
  // Those that are not looked at count as without a file: they must not matter here.
  expect(Object.fromEntries(found)).toEqual({
    a: {},
    b: { text: "description: b" },
    c: {},
    new: { text: "description: new" },
  });
});
