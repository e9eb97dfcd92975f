/** Checks the programs of this machine: Node and the engine. */
import { type DoctorFinding, note, ok, problem } from "./finding";

/** The oldest Node that works: `engines` in package.json. */
const oldestNode = [20, 18] as const;

export interface Machine {
  /** `20.18.1` */
  readonly node: string;
  /** Undefined if there is none yet. */
  readonly engine: { readonly version: string; readonly source: string } | undefined;
}

export function checkMachine({ node, engine }: Machine): DoctorFinding[] {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [leastMajor, leastMinor] = oldestNode;
  const recent = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return [
    recent
      ? ok("node", `Node ${node}`)
      : problem(
          "node",
          `Node ${node} is too old`,
          `Install Node ${oldestNode.join(".")} or later: https://nodejs.org`,
        ),
    engine
      ? ok(
          "engine",
          `Pulumi ${engine.version}, ${engine.source === "path" ? "on PATH" : "set up by bitbucket-as-code"}`,
        )
      : note(
          "engine",
          "There is no Pulumi 3.216 or later on PATH: it is downloaded or built on first use",
          "Or install it: https://www.pulumi.com/docs/install/",
        ),
  ];
}
