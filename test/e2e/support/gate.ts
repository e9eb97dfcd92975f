/**
 * A proxy in front of an emulator that holds back requests until it is opened: it makes a run as long as a test
 * needs.
 */
import { createServer, type IncomingMessage, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface Gate {
  /** The API's base URL. */
  readonly url: string;
  /** Waiting requests. */
  readonly waiting: number;
  open(): void;
  close(): Promise<void>;
}

/**
 * @param target The origin of the emulator.
 * @param isHeld Which requests wait. Default: writes.
 */
export async function startGate(
  target: string,
  isHeld: (request: IncomingMessage) => boolean = ({ method }) => method !== "GET",
): Promise<Gate> {
  const { hostname, port } = new URL(target);
  let waiting = 0;
  let open = () => {};
  const opened = new Promise<void>((done) => {
    open = done;
  });
  const server = createServer(async (request, response) => {
    if (isHeld(request)) {
      waiting += 1;
      await opened;
      waiting -= 1;
    }
    const { method, url, headers } = request;
    const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => request.socket.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/2.0`,
    get waiting() {
      return waiting;
    },
    open,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
