import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { endWithEngine } from "../../src/provider/orphan";

test("the provider ends when its engine is gone, and not before", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const seen = new Promise<void>((done) => server.once("connection", () => done()));
  let ended = 0;
  const end = new Promise<void>((done) => {
    endWithEngine(`127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      ended += 1;
      done();
    });
  });
  jest.advanceTimersByTime(5_000);
  await seen;
  expect(ended).toBe(0);
  await new Promise((done) => server.close(done));
  jest.advanceTimersByTime(5_000);
  await end;
  jest.useRealTimers();
});
