/** A user's credentials: pass, the keychain, encrypted configuration; with a real engine. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Home } from "../credentials/support/stores";
import { exampleTokens } from "../support/emulator";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const main = resolve(__dirname, "..", "..", "dist", "cli", "main.js");

let project: Project;
let home: Home;
beforeAll(async () => {
  home = new Home();
  project = await Project.start();
  await project.yaml("workspace: acme\nprojects:\n  PLAT: { name: Platform }\n");
});
afterAll(async () => {
  await project.close();
  home.close();
});

/** Only the credential that a test provides. */
const bare = { BITBUCKET_TOKEN: "", BITBUCKET_EMAIL: "" };

/** Runs a program with standard input. */
function run(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  input = "",
): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(command, args, { cwd: project.folder, env, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  child.stdin.end(input);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (exitCode) => done({ exitCode, output }));
  });
}

test("the engine's processes find the token in pass, and it goes nowhere else", async () => {
  const store = home.passwordStore({
    "bitbucket/bitbucket/api-token": exampleTokens.admin,
    "bitbucket/bitbucket/username": exampleTokens.email,
  });
  const { GNUPGHOME = "", PASSWORD_STORE_DIR = "" } = store;
  const env = { ...bare, GNUPGHOME, PASSWORD_STORE_DIR };
  const up = await project.up(env);
  expect(up.output).toMatch(/Project PLAT created/);
  expect(await project.stateFiles()).not.toContain(exampleTokens.admin);
  const status = await project.cli(["auth", "status"], env);
  expect(status.output).toMatch(
    /✓ 7\. the password store pass: wins\s+token: the entry bitbucket\/bitbucket\/api-token of pass/,
  );
  expect(up.output + status.output).not.toContain(exampleTokens.admin);
});

test("an encrypted token in the stack's configuration counts for commands without an engine too", async () => {
  const settings = await project.read("Pulumi.test.yaml");
  const set = run(
    "pulumi",
    ["config", "set", "--secret", "--stack", "test", "bitbucket:token"],
    project.env,
    exampleTokens.admin,
  );
  expect((await set).exitCode).toBe(0);
  await project.configure("bitbucket:email", exampleTokens.email);
  const status = await project.cli(["auth", "status", "test", "--json"], bare);
  expect(JSON.parse(status.output)).toMatchObject({
    type: "api-token",
    pieces: {
      token: { from: "bitbucket:token" },
      email: { from: "bitbucket:email", value: exampleTokens.email },
    },
  });
  expect((await project.cli(["doctor", "test"], bare)).output).toMatch(
    /of Alice Archer[\s\S]*All checks passed/,
  );
  const locked = await project.cli(["doctor", "test"], { ...bare, PULUMI_CONFIG_PASSPHRASE: "wrong" });
  expect(locked).toMatchObject({
    exitCode: 1,
    output: expect.stringMatching(/bitbucket:token in Pulumi\.test\.yaml is encrypted and could not be read/),
  });
  // It does not affect the sources before it.
  const environment = await project.cli(["doctor", "test"], { PULUMI_CONFIG_PASSPHRASE: "wrong" });
  expect(environment.output).toMatch(/from BITBUCKET_TOKEN[\s\S]*All checks passed/);
  await project.write("Pulumi.test.yaml", settings);
});

test("auth login keeps a token in a real keychain, from which it is taken; logout takes it away", async () => {
  const env = {
    ...home.env,
    BITBUCKET_API_URL: project.emulator.url,
    XDG_RUNTIME_DIR: join(home.folder, "run"),
  };
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
  const cli = `'${process.execPath}' '${main}'`;
  const script = [
    "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets > /dev/null",
    `${cli} auth login --profile acme --workspace acme --email ${exampleTokens.email} --expires 2027-01-31 || exit 1`,
    `${cli} doctor || exit 2`,
    `BITBUCKET_PROFILE=acme ${cli} auth status || exit 3`,
    `${cli} auth logout --profile acme || exit 4`,
    `${cli} auth status`,
  ].join("\n");
  writeFileSync(join(home.folder, "script.sh"), script);
  const { exitCode, output } = await run(
    "dbus-run-session",
    ["--", "bash", join(home.folder, "script.sh")],
    env,
    `${exampleTokens.admin}\n`,
  );
  expect(output).toMatch(/It works: a user's API token, of Alice Archer/);
  expect(output).toMatch(/Stored in the keychain, as acme\./);
  expect(output).toMatch(
    /The profile acme, set by the default of .*profiles\.yaml[\s\S]*It expires on 2027-01-31[\s\S]*acme exists[\s\S]*All checks passed/,
  );
  expect(output).toMatch(
    /2\. the selected profile: wins\s+token: the keychain's entry acme, as the token of the profile acme says/,
  );
  expect(output).toMatch(/The token was removed, for the profile acme\. It works until you revoke it/);
  expect(output).toMatch(/There is no Bitbucket token\. The profile acme in .* has no token/);
  expect(exitCode).toBe(1);
  expect(output).not.toContain(exampleTokens.admin);
});

test("auth login keeps a token in a real pass, from which it is taken; logout takes it away", async () => {
  const owner = new Home();
  try {
    const env = { ...owner.passwordStore({}), BITBUCKET_API_URL: project.emulator.url };
    const cli = (args: readonly string[], input = "") => run(process.execPath, [main, ...args], env, input);
    const login = ["auth", "login", "--store", "pass", "--profile", "acme", "--email", exampleTokens.email];
    const kept = await cli(login, `${exampleTokens.admin}\n`);
    expect(kept.output).toMatch(/It works: [\s\S]*Stored in pass, as bitbucket\/acme\/api-token\./);
    expect(kept.exitCode).toBe(0);
    const entry = await run("pass", ["show", "bitbucket/acme/api-token"], env);
    expect(entry.output.split("\n")[0] === exampleTokens.admin).toBe(true);
    const used = await cli(["doctor"]);
    expect(used.output).toMatch(/of Alice Archer[\s\S]*All checks passed/);
    expect((await cli(["auth", "logout"])).output).toMatch(/The token was removed, for the profile acme/);
    expect((await run("pass", ["show", "bitbucket/acme/api-token"], env)).exitCode).not.toBe(0);
    expect((await cli(["doctor"])).exitCode).toBe(1);
    expect(kept.output + used.output).not.toContain(exampleTokens.admin);
  } finally {
    owner.close();
  }
});

test("a token that does not work is not kept, and none is taken from the command line", async () => {
  const env = { ...home.env, BITBUCKET_API_URL: project.emulator.url };
  const login = ["auth", "login", "--store", "pass", "--profile", "expired", "--email", exampleTokens.email];
  const expired = await run(process.execPath, [main, ...login], env, exampleTokens.expired);
  expect(expired).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining("did not accept the credential"),
  });
  expect((await run(process.execPath, [main, "auth", "status", "--profile", "expired"], env)).output).toMatch(
    /There is no profile "expired"/,
  );
  const shown = await run(process.execPath, [main, "doctor", "--token", "typed-on-the-command-line"], env);
  expect(shown).toMatchObject({
    exitCode: 1,
    output: expect.stringMatching(/There is no option.*BITBUCKET_TOKEN.*Revoke/s),
  });
});

test("auth scopes prints what is to be ticked, in the vocabulary of the credential", async () => {
  const plain = (await project.cli(["auth", "scopes", "test", "--for", "preview", "--plain"])).output;
  expect(plain).toBe("read:project:bitbucket\n");
  const apply = await project.cli(["auth", "scopes"]);
  expect(apply.output).toMatch(
    /To apply test \(1 resource\), an API token requires:\s+\[ \] admin:project:bitbucket .*\s+\[ \] read:project:bitbucket/,
  );
  const legacy = await project.cli(["auth", "scopes", "test", "--token-type", "workspace", "--plain"]);
  expect(legacy.output).toBe("project\nproject:admin\n");
});
