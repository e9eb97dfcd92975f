/** The container file of the listener. Nothing here builds it: what it names has to be in the package. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createListenCommand } from "../../src/cli/listen";

const root = join(__dirname, "..", "..");
const file = readFileSync(join(root, "container", "Containerfile"), "utf8");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

test("it starts the command line of the published package, with options that listen has", () => {
  const [program, script, command, ...options] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(file)?.[1] ?? "");
  expect([program, script, command]).toEqual([
    "node",
    `node_modules/bitbucket-as-code/${manifest.bin["bitbucket-as-code"]}`,
    "listen",
  ]);
  let stack: string | undefined;
  const listen = createListenCommand().action((name: string) => {
    stack = name;
  });
  listen.parse([...options, "acme"], { from: "user" });
  expect(stack).toBe("acme");
  expect(listen.opts()).toMatchObject({ json: true, host: "0.0.0.0", port: 8080, queue: "/queue" });
  expect(file).toContain(`EXPOSE ${listen.opts().port}`);
  expect(file).toContain("VOLUME /queue");
});

test("it is published, runs on a supported Node, and not as root", () => {
  expect(manifest.files).toContain("container");
  for (const name of ["Containerfile", "Containerfile.dockerignore"])
    expect(existsSync(join(root, "container", name))).toBe(true);
  expect(file).toMatch(/^FROM node:22-slim$/m);
  expect(file).toMatch(/^USER node$/m);
});
