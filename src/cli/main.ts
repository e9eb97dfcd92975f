#!/usr/bin/env node
/** Starts the command line's bundle, with what V8 compiled of it before: half of a command's start is compiling. */
import { join } from "node:path";
import { environment } from "../environment/process";
import { runCompiled } from "../process/compiledCode";
import { cacheRoot } from "../pulumi/binary/cacheRoot";

const { runCommandLine } = runCompiled(
  join(__dirname, "commands.js"),
  join(cacheRoot(environment()), "compiled", "cli"),
) as typeof import("./commands");

runCommandLine();
