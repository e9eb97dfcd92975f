/** The emulator as a program of its own. */
import { parseArgs } from "node:util";
import { exampleTokens, startEmulator } from "./index";

const help = `A Bitbucket Cloud on this machine.

  --port <number>       default: 7990; 0 takes any free one
  --state <file>        keep what it holds in a file
  --seed <name>         what it begins with: example (default) or empty
  --latency <ms>        before each answer
  --rate-limit <n>      requests an hour for each credential`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "7990" },
      state: { type: "string" },
      seed: { type: "string", default: "example" },
      latency: { type: "string", default: "0" },
      "rate-limit": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const { seed } = values;
  if (seed !== "example" && seed !== "empty")
    throw new Error(`--seed ${seed}: there are two, example and empty.`);
  const emulator = await startEmulator({
    port: numberOf("--port", values.port),
    latency: numberOf("--latency", values.latency),
    seed,
    log: (line) => process.stderr.write(`${line}\n`),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values["rate-limit"] === undefined
      ? {}
      : { requestsPerHour: numberOf("--rate-limit", values["rate-limit"]) }),
  });
  process.stdout.write(
    [
      "A Bitbucket Cloud with the workspace acme. These open it, and nothing else:",
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

function numberOf(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} ${text}: give a whole number.`);
  return Number(text);
}

function explain(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE")
    return "The port is in use by another program. Give another one with --port, or 0 for any free one.";
  return error instanceof Error ? error.message : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
