/**
 * Jest's environment for Node, which records what to search for secrets at the end. It is loaded once per
 * worker, outside of the tests' own context: its replacements of Node's functions apply to all of them, and
 * the description of the API is compiled once for all of them.
 */
import { relative } from "node:path";
import { setFlagsFromString } from "node:v8";
import { TestEnvironment } from "jest-environment-node";
import * as description from "../openapi/exchange";
import { checks } from "../support/checks";
import { compileOnce } from "../support/compileOnce";
import { watchPrograms } from "./programs";
import { watchRemovals } from "./removals";

let running = "";
const test = () => running;
watchPrograms(test);
watchRemovals(test);
compileOnce();
// Each file has a client of its own, whose parser V8 would optimize (src/bitbucket/httpParser.ts).
setFlagsFromString("--wasm-tiering-budget=2000000000");

export default class WatchedEnvironment extends TestEnvironment {
  readonly #file: string;

  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    super(config, context);
    this.#file = relative(config.globalConfig.rootDir, context.testPath);
    running = this.#file;
    Object.assign(this.global, { [checks]: description });
  }

  async handleTestEvent(event: { readonly name: string; readonly test?: { readonly name: string } }) {
    if (event.name === "test_start") running = `${this.#file}: ${event.test?.name}`;
  }
}
