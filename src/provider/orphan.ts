/**
 * Ends this process when its engine is gone. An engine that is killed leaves its providers behind; the host would
 * stay for ever, and an error that it cannot print any more would keep it busy for ever.
 */
import { connect } from "node:net";

/** Milliseconds between two looks. */
const interval = 5_000;

/** @param engine The engine's address, `host:port`, which the host gets as its argument. */
export function endWithEngine(engine: string | undefined, end: () => void = () => process.exit(1)): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", end);
  const [, host, port] = engine?.match(/^(.*):(\d+)$/) ?? [];
  if (!host || !port) return;
  const timer = setInterval(() => {
    const socket = connect({ host, port: Number(port) }, () => socket.destroy());
    socket.on("error", end);
    socket.unref();
  }, interval);
  timer.unref();
}
