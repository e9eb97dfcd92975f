/**
 * `demo`: the whole workflow on this machine. A real engine applies the sample stack to the emulator,
 * something is changed behind its back, a preview shows the drift, and the next apply repairs it.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import colors from "picocolors";
import { environment } from "../../environment";
import { packageRoot, UserError } from "../../errors";
import { ensureEngine } from "../../pulumi/binary";
import { type RunningEmulator, startEmulator } from "../shared/emulator";
import { UsageError } from "../shared/project";
import { changedLines, type Pulumi, pulumiIn, summaryLines } from "../shared/pulumi";

const stack = "example";

export function createDemoCommand(): Command {
  return new Command("demo")
    .description(
      "Apply the sample stack to an emulated Bitbucket, change it by hand, detect and repair the drift",
    )
    .option("--keep", "keep the emulator and the state, and print the next commands")
    .option(
      "--emulator <url>",
      "use a running emulator whose workspace acme is empty, with BITBUCKET_EMAIL and BITBUCKET_TOKEN",
    )
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code demo\n  npx bitbucket-as-code demo --keep\n  npx bitbucket-as-code demo --emulator http://127.0.0.1:7990`,
    )
    .action(demo);
}

interface DemoOptions {
  readonly keep?: boolean;
  readonly emulator?: string;
}

/** An emulator and its user. The child process is set if it was started here. */
type DemoEmulator = Pick<RunningEmulator, "url" | "email" | "token"> & Partial<RunningEmulator>;

function givenEmulator(address: string): DemoEmulator {
  const { BITBUCKET_EMAIL: email, BITBUCKET_TOKEN: token } = environment();
  // The demo deletes what it created: it must not run against a real workspace.
  if (!URL.canParse(address) || !["127.0.0.1", "localhost", "[::1]"].includes(new URL(address).hostname))
    throw new UsageError(`--emulator ${address}: use the URL of an emulator on this machine.`);
  if (!email || !token)
    throw new UsageError(
      "--emulator requires BITBUCKET_EMAIL and BITBUCKET_TOKEN, as printed by the emulator.",
    );
  return { url: new URL("/2.0", address).href, email, token };
}

async function demo({ keep = false, emulator }: DemoOptions): Promise<void> {
  const began = Date.now();
  title("Pulumi engine");
  const engine = await ensureEngine({ report: say });
  say(`pulumi ${engine.version}, from ${engine.source}`);
  const ready = Date.now();

  title("Emulated Bitbucket Cloud");
  const { url, email, token, child } = emulator
    ? givenEmulator(emulator)
    : await startEmulator([], { detached: keep });
  say(`${url}, with the empty workspace acme`);
  const folder = await mkdtemp(join(tmpdir(), "bitbucket-as-code-demo-"));

  const settings = {
    BITBUCKET_API_URL: url,
    BITBUCKET_EMAIL: email,
    BITBUCKET_TOKEN: token,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    DEMO_WEBHOOK_SECRET: "not-a-real-secret",
    DEMO_DEPLOY_TOKEN: "not-a-real-token",
  };
  const pulumi = pulumiIn(packageRoot, {
    ...environment(),
    PATH: engine.path,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...settings,
  });
  // The engine stores the encryption settings of the stack's secrets beside Pulumi.yaml.
  const config = join(packageRoot, `Pulumi.${stack}.yaml`);
  const hadConfig = existsSync(config);
  try {
    await runStory(pulumi, new Api(url, email, token), keep);
  } finally {
    if (!keep) {
      child?.kill();
      await rm(folder, { recursive: true, force: true });
      if (!hadConfig) await rm(config, { force: true });
    }
  }
  say(
    `Done in ${seconds(Date.now() - ready)} without setting up the engine, ${seconds(Date.now() - began)} in all.`,
  );
  if (keep) {
    howToGoOn(engine.path, settings, child?.pid);
    child?.stdout?.destroy();
    child?.stderr?.destroy();
    child?.unref();
  }
}

async function runStory(pulumi: Pulumi, api: Api, keep: boolean): Promise<void> {
  await pulumi.run("stack", "init", stack);
  title(`pulumi up: create the resources in stacks/${stack}.yaml`);
  show(await pulumi.run("up", "--stack", stack, "--yes", "--skip-preview"));

  title("Someone changes the workspace by hand");
  const { values } = await api.get("/repositories/acme?fields=values.uuid,values.slug&sort=slug");
  const [first, second] = values;
  await api.send("PUT", `/repositories/acme/${first?.slug}`, { description: "changed by hand" });
  say(`changed the description of ${first?.slug}`);
  await api.send("POST", `/repositories/acme/${second?.slug}/hooks`, {
    description: "by hand",
    url: "https://unknown.example.com",
    active: true,
    events: ["repo:push"],
  });
  const repositories = await Promise.all(
    values.map(async ({ slug }) => ({
      slug,
      hooks: (await api.get(`/repositories/acme/${slug}/hooks`)).values,
    })),
  );
  const hooked = repositories.find(({ slug, hooks }) => slug !== second?.slug && hooks.length > 0);
  await api.send("DELETE", `/repositories/acme/${hooked?.slug}/hooks/${hooked?.hooks[0]?.uuid}`);
  say(`deleted a webhook of ${hooked?.slug}`);

  title("pulumi preview: detect the drift");
  show(await pulumi.run("preview", "--stack", stack));
  title("pulumi up: repair the drift");
  show(await pulumi.run("up", "--stack", stack, "--yes", "--skip-preview"));
  title("pulumi preview: no changes");
  show(await pulumi.run("preview", "--stack", stack, "--expect-no-changes"));
  if (keep) return;
  title("pulumi destroy: delete the resources");
  show(await pulumi.run("destroy", "--stack", stack, "--yes", "--skip-preview"));
}

interface RepositoryPage {
  readonly values: readonly { readonly slug: string; readonly uuid: string }[];
}

/** The other person: sends plain requests to the API, bypassing the tool. */
class Api {
  readonly #authorization: string;

  constructor(
    private readonly url: string,
    email: string,
    token: string,
  ) {
    this.#authorization = `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`;
  }

  async get(path: string): Promise<RepositoryPage> {
    return (await (await this.send("GET", path)).json()) as RepositoryPage;
  }

  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: this.#authorization,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok)
      throw new UserError(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }
}

function show(output: string): void {
  const lines = changedLines(output);
  for (const line of lines.slice(0, 12)) say(line);
  if (lines.length > 12) say(`… and ${lines.length - 12} more`);
  for (const line of summaryLines(output)) say(colors.bold(line));
}

function howToGoOn(
  path: string,
  settings: Readonly<Record<string, string>>,
  emulator: number | undefined,
): void {
  title("Next steps");
  const exports = Object.entries(settings).map(([name, value]) => `export ${name}=${value}`);
  // Not as an argument, which everybody on the machine can see.
  const curl = `printf 'user = "%s:%s"' "$BITBUCKET_EMAIL" "$BITBUCKET_TOKEN" | curl --config - "$BITBUCKET_API_URL/repositories/acme?fields=values.name"`;
  const lines = [
    `export PATH="${path.split(":")[0]}:$PATH"`,
    ...exports,
    `cd "${packageRoot}"`,
    `pulumi preview --stack ${stack}`,
    `pulumi up --stack ${stack}`,
    curl,
    ...(emulator === undefined ? [] : [`kill ${emulator}  # stops the emulator`]),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

function title(text: string): void {
  process.stdout.write(`\n${colors.cyan("▸")} ${colors.bold(text)}\n`);
}

function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
