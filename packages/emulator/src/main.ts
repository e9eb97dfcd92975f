#!/usr/bin/env node
/** Runs the emulator as a separate program. */
import { parseArgs } from "node:util";
import { exampleTokens, startEmulator } from "./index";
import { type Seed, seeds } from "./seeds";

const help = `Emulates Bitbucket Cloud on this machine.

  --port <number>       default: 7990; 0 takes any free one
  --state <file>        keep its contents in a file
  --seed <name>         the initial contents: people (default), example with projects and repositories, or empty
  --latency <ms>        before each response
  --rate-limit <n>      the rate limit of each credential, in requests an hour
  --internal-webhooks   accept webhook URLs that the service refuses: localhost, private addresses, internal names
  --late-deletions <n>  refuse to delete a project n times after one of its repositories was deleted`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "7990" },
      state: { type: "string" },
      seed: { type: "string", default: "people" },
      latency: { type: "string", default: "0" },
      "rate-limit": { type: "string" },
      "internal-webhooks": { type: "boolean", default: false },
      "late-deletions": { type: "string", default: "0" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const { seed } = values;
  if (!isSeed(seed)) throw new Error(`--seed ${seed}: use ${Object.keys(seeds).join(", ")}.`);
  const emulator = await startEmulator({
    port: numberOf("--port", values.port),
    latency: numberOf("--latency", values.latency),
    seed,
    internalWebhooks: values["internal-webhooks"],
    lateRepositoryDeletion: numberOf("--late-deletions", values["late-deletions"]),
    log: (line) => process.stderr.write(`${line}\n`),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values["rate-limit"] === undefined
      ? {}
      : { requestsPerHour: numberOf("--rate-limit", values["rate-limit"]) }),
  });
  process.stdout.write(
    [
      "An emulated Bitbucket Cloud with the workspace acme. Credentials for it, which are valid nowhere else:",
      `export BITBUCKET_API_URL=${emulator.url}`,
      `export BITBUCKET_EMAIL=${exampleTokens.email}`,
      `export BITBUCKET_TOKEN=${exampleTokens.admin}`,
      "",
    ].join("\n"),
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
}

function isSeed(name: string): name is Seed {
  return Object.hasOwn(seeds, name);
}

function numberOf(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} ${text}: give a whole number.`);
  return Number(text);
}

function explain(error: unknown): string {
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE")
    return `Port ${port} is in use by another program. Give another one with --port, or 0 for any free one.`;
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
