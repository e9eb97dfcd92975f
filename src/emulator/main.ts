/** The emulator as a program of its own. */
import { parseArgs } from "node:util";
import { exampleTokens, startEmulator } from "./index";

const help = `A Bitbucket Cloud on this machine.

  --port <number>       default: 7990; 0 takes any free one
  --state <file>        keep what it holds in a file
  --latency <ms>        before each answer
  --rate-limit <n>      requests an hour for each credential`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "7990" },
      state: { type: "string" },
      latency: { type: "string", default: "0" },
      "rate-limit": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const emulator = await startEmulator({
    port: Number(values.port),
    latency: Number(values.latency),
    log: (line) => process.stderr.write(`${line}\n`),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values["rate-limit"] === undefined ? {} : { requestsPerHour: Number(values["rate-limit"]) }),
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

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
