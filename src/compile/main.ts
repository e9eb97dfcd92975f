#!/usr/bin/env node
/** The command `compile` without the command line, which takes longer to load: Pulumi.yaml names it as the compiler. */
import { environment } from "../environment/process";

/** What needs no package: Pulumi.yaml names the plugin. The host that is built here answers so itself: `hostPatches`. */
const emptyProgram = '{ "name": "bitbucket-cloud", "runtime": "yaml", "resources": {} }\n';

// The host calls twice: first for the packages that a program needs, without a configuration.
if (environment().PULUMI_CONFIG === undefined) process.stdout.write(emptyProgram);
else compile();

function compile(): void {
  const { join } = require("node:path") as typeof import("node:path");
  const { runCompiled } = require("../process/compiledCode") as typeof import("../process/compiledCode");
  const { cacheRoot } = require("../pulumi/binary/cacheRoot") as typeof import("../pulumi/binary/cacheRoot");
  const { run } = runCompiled(
    join(__dirname, "run.js"),
    join(cacheRoot(environment()), "compiled", "compiler"),
  ) as typeof import("./run");
  void run();
}
