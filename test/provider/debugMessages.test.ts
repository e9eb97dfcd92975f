/** The SDK's debug messages reach the engine only where somebody asked for them. */
import * as pulumi from "@pulumi/pulumi";
import { silenceDebugMessages } from "../../src/provider/debugMessages";
import { isDebugAsked } from "../../src/provider/verbose";

const engine =
  (...args: string[]) =>
  () => [
    { pid: 3, parent: 2, command: ["/bin/pulumi-language-nodejs", "127.0.0.1:1"] },
    { pid: 2, parent: 1, command: ["/usr/bin/pulumi", ...args] },
  ];

test.each([
  ["up", "--debug"],
  ["preview", "-d"],
  ["up", "-v=5"],
  ["up", "--verbose", "9"],
])("%s %s asks for them", (...args) => {
  expect(isDebugAsked({}, engine(...args))).toBe(true);
});

test.each([[["up", "--yes"]], [["preview", "--diff", "-v=0"]], [["preview", "--debug=false"]]])(
  "%j does not",
  (args) => {
    expect(isDebugAsked({}, engine(...args))).toBe(false);
    expect(isDebugAsked({ PULUMI_OPTION_DEBUG: "true" }, engine(...args))).toBe(true);
  },
);

test("they are dropped unless asked for, and no other message is", async () => {
  const sent: string[] = [];
  const { debug } = pulumi.log;
  const settings = jest.requireActual<{ getEngine(): unknown }>("@pulumi/pulumi/runtime/settings");
  const answering = jest.spyOn(settings, "getEngine").mockReturnValue({
    log(request: { getMessage(): string }, done: () => void) {
      sent.push(request.getMessage());
      done();
    },
  });
  try {
    silenceDebugMessages(() => true);
    await pulumi.log.debug("asked for");
    silenceDebugMessages(() => false);
    await pulumi.log.debug("for nobody");
    await pulumi.log.info("for everybody");
    expect(sent).toEqual(["asked for", "for everybody"]);
  } finally {
    Object.assign(pulumi.log, { debug });
    answering.mockRestore();
  }
});
