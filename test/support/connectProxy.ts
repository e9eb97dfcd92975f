/**
 * A tunnelling proxy on this machine: whatever the requested host, the tunnel ends at one server of the test.
 */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface Tunnel {
  /** `host:port`, as requested. */
  readonly target: string;
  readonly login: string | undefined;
}

export class ConnectProxy {
  readonly tunnels: Tunnel[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param login The required login, if any: `user:password`. */
  static async start(port: number, login?: string): Promise<ConnectProxy> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const proxy = new ConnectProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("connect", (request, socket: Socket) => {
      const given = request.headers["proxy-authorization"];
      const told = given && Buffer.from(given.replace(/^Basic /, ""), "base64").toString();
      proxy.tunnels.push({ target: request.url ?? "", login: told });
      if (login !== undefined && told !== login) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        return;
      }
      const onward = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const one of [socket, onward]) {
        proxy.#sockets.add(one);
        one.on("error", () => {});
      }
    });
    return proxy;
  }

  get targets(): string[] {
    return this.tunnels.map(({ target }) => target);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
