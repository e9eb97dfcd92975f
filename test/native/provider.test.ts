/** As which account a provider works. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeAccount } from "../../src/credentials";
import { Provider } from "../../src/native/provider";
import { createClientFrom } from "../../src/provider/clientFrom";
import { exampleTokens } from "../support/emulator";

const before = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "provider-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: acme\nruntime: yaml\n");
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const urnOf = (name: string) => `urn:pulumi:acme::acme::pulumi:providers:bitbucket-cloud::${name}`;

/** The account of a provider with these arguments, and of a command with the same in the stack's configuration. */
async function accounts(name: string, args: Readonly<Record<string, string>>, env: Record<string, string>) {
  const provider = new Provider({ env });
  provider.requireCredential(args, urnOf(name));
  provider.configure(args, { urn: urnOf(name), id: "1" });
  const { client } = provider.session;
  const command = createClientFrom(env, (key) => args[key.replace("bitbucket:", "")]);
  try {
    return [describeAccount(client), describeAccount(command)];
  } finally {
    await Promise.all([client.close(), command.close()]);
  }
}

const alice = { BITBUCKET_EMAIL: exampleTokens.email, BITBUCKET_TOKEN: exampleTokens.admin };
const other = { email: "bob@acme.example", token: "ATATT3xFf-Yq7mW2rT9kLp" };

test("of a stack of YAML as the commands do: the environment counts before the configuration, and completes it", async () => {
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks", "acme.yaml"), "workspace: acme\n");
  for (const name of ["bitbucket-cloud", "default", "default_0_1_0_github_/api.github.com/acme/plugins"]) {
    const [applied, previewed] = await accounts(name, other, alice);
    expect(applied).toEqual(previewed);
    expect(applied).toMatchObject({ from: "BITBUCKET_TOKEN" });
    const [completed, wanted] = await accounts(
      name,
      { token: other.token },
      { BITBUCKET_EMAIL: "bob@acme.example" },
    );
    expect(completed).toEqual(wanted);
    expect(completed).toMatchObject({ from: "bitbucket:token" });
  }
  // A provider that the program itself declares has a credential of its own.
  expect((await accounts("second", other, alice))[0]).toMatchObject({ from: "bitbucket-cloud:token" });
});

test("of another program, arguments count before the environment", async () => {
  expect((await accounts("bitbucket-cloud", other, alice))[0]).toMatchObject({
    from: "bitbucket-cloud:token",
  });
});
