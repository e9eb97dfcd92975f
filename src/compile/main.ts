#!/usr/bin/env node
/** The command `compile` without the command line, which takes longer to load: Pulumi.yaml names it as the compiler. */
import { environment } from "../environment/process";

/** What needs no package: Pulumi.yaml names the plugin. */
const emptyProgram = '{ "name": "bitbucket-cloud", "runtime": "yaml", "resources": {} }\n';

async function main(): Promise<void> {
  const { compileProgram, formatTemplate } = require("./index") as typeof import("./index");
  const { projectFolder } = require("../kinds/projectFolder") as typeof import("../kinds/projectFolder");
  process.stdout.write(formatTemplate(await compileProgram(projectFolder())));
}

function fail(error: unknown): void {
  const { errorText, UserError } = require("../errors") as typeof import("../errors");
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}

// The host calls twice: first for the packages that a program needs, without a configuration.
if (environment().PULUMI_CONFIG === undefined) process.stdout.write(emptyProgram);
else main().catch(fail);
