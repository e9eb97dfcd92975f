/** What a plain engine's user is told of what somebody deleted in Bitbucket. */
import { kinds } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { unknownValue } from "../../src/model/unknown";
import { DeletedObjects } from "../../src/provider/deletedObjects";
import { RunFacts } from "../../src/provider/runFacts";

function kindOf(name: string) {
  const kind = kinds.find((one) => one.name === name);
  if (!kind) throw new Error(name);
  return kind;
}

const repository = { workspace: "acme", name: "api", project: "PLAT" };
const hook = { workspace: "acme", repository: "{1}", url: "https://ci.example.com/", events: ["repo:push"] };

/** A run in which a refresh has found these deleted. */
function startRun(isTold = false, made: readonly string[] = []) {
  const said: string[] = [];
  const deleted = new DeletedObjects(new RunFacts(), {
    isNew: ({ repository: place }) => made.includes(String(place)),
    say: (line) => said.push(line),
    warn: (line) => said.push(`warning: ${line}`),
    isTold,
  });
  deleted.record(kindOf("Repository"), { ...repository, slug: "api", uuid: "{1}" });
  deleted.record(kindOf("Webhook"), hook);
  return {
    said,
    declare: (kind: string, inputs: Properties) => deleted.tell(kindOf(kind), inputs),
  };
}

test("of a repository, a warning says that it comes back without its contents", async () => {
  const { said, declare } = startRun();
  await declare("Repository", { ...repository, name: "web" });
  expect(said).toEqual([]);
  await declare("Repository", repository);
  expect(said).toEqual([
    "warning: repository api in acme: it was deleted in Bitbucket, and is recreated empty, without its commits, " +
      "pull requests and builds. To leave it deleted, remove it from the declarations.",
  ]);
});

test("of what its repository took along, nothing is said: neither in a preview nor once that is created", async () => {
  const { said, declare } = startRun(false, ["{2}"]);
  await declare("Webhook", { ...hook, repository: unknownValue });
  await declare("Webhook", { ...hook, repository: "{2}" });
  expect(said).toEqual([]);
  await declare("Webhook", hook);
  expect(said).toEqual([expect.stringMatching(/^webhook https:.*deleted in Bitbucket, and is recreated$/)]);
});

test("a command of this package says it itself", async () => {
  const { said, declare } = startRun(true);
  await declare("Repository", repository);
  expect(said).toEqual([]);
});
