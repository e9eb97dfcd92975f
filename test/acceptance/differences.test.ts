/** A run reports where the service's responses differ from the emulator's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rehearse } from "../../acceptance/rehearsal";
import { differencesOf, writeReport } from "../../acceptance/report";
import type { RunResult } from "../../acceptance/run";
import { takeViolations } from "../support/violations";
import type { Spoiled } from "./spoil";
import { casesOf, MarkedWorld, probesOf } from "./world";

const some = {
  cases: casesOf("Project", "Webhook", "PipelineVariable"),
  probes: probesOf("location-headers", "website-kept"),
};

let rehearsal: RunResult;
beforeAll(async () => {
  rehearsal = await rehearse({ ...some, credentials: { type: "api-token" } });
});

/** The differences of a run of one kind, below a workspace unless it must be elsewhere. */
async function differencesWith(
  kind: string,
  spoil: (operation: string, answer: Spoiled) => void,
  parent = "workspace",
) {
  const world = await MarkedWorld.start(spoil);
  try {
    const run = await world.run({
      cases: some.cases.filter((one) => one.kind.name === kind && one.parent === parent),
      probes: parent === "workspace" ? [] : some.probes,
    });
    expect(world.own()).toEqual([]);
    return { run, ...differencesOf(run, rehearsal) };
  } finally {
    await world.close();
  }
}

/** A field, whether the response is one object or a list. */
function each(body: unknown, change: (item: Record<string, unknown>) => void): void {
  const found = body as Record<string, unknown>;
  for (const item of Array.isArray(found.values) ? found.values : [found])
    change(item as Record<string, unknown>);
}

const hook = /\/hooks(\/[^/]*)?$/;

test("none against the emulator itself", async () => {
  expect(await differencesWith("Webhook", () => {}, "repository")).toMatchObject({
    operations: [],
    probes: [],
    answers: [],
  });
});

test("a header that is not there", async () => {
  const { answers, operations } = await differencesWith("Project", (operation, answer) => {
    if (operation.startsWith("PUT /workspaces/acme/projects/")) delete answer.headers.location;
  });
  expect(operations).toEqual([]);
  expect(answers).toEqual([
    {
      operation: "PUT /workspaces/{}/projects/{} 200",
      differences: ["header location: the emulator alone has it"],
    },
  ]);
});

test("a header that answers to creates have or lack, in the probe that asks for it too", async () => {
  const has = rehearsal.shapes["POST /repositories/{}/{}/hooks 201"]?.headers.includes("location");
  const { answers, probes } = await differencesWith(
    "Webhook",
    (operation, answer) => {
      if (!operation.startsWith("POST") || answer.status >= 300) return;
      if (has) delete answer.headers.location;
      else answer.headers.location = "https://api.bitbucket.org/2.0/somewhere";
    },
    "repository",
  );
  expect(probes).toEqual([
    expect.stringMatching(/^location-headers: (yes|no|other), where the emulator says /),
  ]);
  expect(
    answers.find(({ operation }) => operation === "POST /repositories/{}/{}/hooks 201")?.differences,
  ).toEqual([`header location: the emulator ${has ? "alone has it" : "lacks it"}`]);
});

test("a status", async () => {
  const { answers } = await differencesWith("Webhook", (operation, answer) => {
    if (operation.startsWith("POST /workspaces/acme/hooks") && answer.status === 201) answer.status = 200;
  });
  expect(answers).toEqual([
    {
      operation: "POST /workspaces/{}/hooks 200",
      differences: ["status 200 where the emulator answers 201"],
    },
  ]);
});

test("a field that no kind reads", async () => {
  const { answers, operations } = await differencesWith("Webhook", (operation, answer) => {
    if (operation.startsWith("POST") && hook.test(operation))
      each(answer.body, (item) => delete item.created_at);
  });
  expect(operations).toEqual([]);
  expect(answers.map(({ differences }) => differences)).toEqual([
    ["field created_at: the emulator alone has it"],
  ]);
});

test("a field that a kind reads: the operations that depend on it differ", async () => {
  const { operations, run } = await differencesWith("Webhook", (operation, answer) => {
    if (hook.test(operation)) each(answer.body, (item) => delete item.skip_cert_verification);
  });
  expect(operations).toContain(
    "Webhook (workspace), change skipCertVerification: accepted and not applied: skipCertVerification",
  );
  expect(run.operations.filter(({ kind, verdict }) => kind === "Project" && verdict !== "passed")).toEqual(
    [],
  );
});

test("a change that is answered and not made", async () => {
  const { operations } = await differencesWith("Webhook", (operation, answer) => {
    if (operation.startsWith("GET ") && hook.test(operation))
      each(answer.body, (item) => {
        item.active = true;
      });
  });
  expect(operations).toEqual([
    "Webhook (workspace), change active: differs after a change of active: active",
  ]);
});

test("a read that shows a change late is waited for, and noted", async () => {
  let [latest, stale]: [unknown, number] = [undefined, 0];
  const { operations, run } = await differencesWith("Webhook", (operation, answer) => {
    if (!hook.test(operation)) return;
    if (operation.startsWith("PUT ")) stale = 1;
    if (!operation.startsWith("GET ")) return;
    if (stale > 0) answer.body = latest;
    else latest = answer.body;
    stale -= 1;
  });
  expect(operations).toEqual([]);
  const late = run.operations.filter(({ differences }) => differences.includes("seen after a wait only"));
  expect(late.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(["drift", "change url", "change active"]),
  );
});

test("a type", async () => {
  const { answers } = await differencesWith("PipelineVariable", (operation, answer) => {
    if (operation.startsWith("POST") && /\/variables$/.test(operation))
      each(answer.body, (item) => {
        if (item.type) item.type = { name: "variable" };
      });
  });
  expect(answers.map(({ differences }) => differences[0])).toContain(
    "field type: object where the emulator has string",
  );
});

test("an answer without a field that is needed is a difference of the operation, with the field's name", async () => {
  const { operations } = await differencesWith("PipelineVariable", (operation, answer) => {
    if (operation.startsWith("POST /workspaces/acme/pipelines-config/variables"))
      each(answer.body, (item) => delete item.uuid);
  });
  expect(operations).toEqual(["PipelineVariable (workspace), create: an answer's form: uuid invalid_type"]);
});

test("what the plan does not allow is no difference", async () => {
  const { operations, run } = await differencesWith("Webhook", (operation, answer) => {
    if (!operation.startsWith("POST /workspaces/acme/hooks")) return;
    answer.status = 402;
    answer.body = { type: "error", error: { message: "Upgrade your plan" } };
  });
  expect(operations).toEqual([]);
  expect(run.operations.filter(({ kind, parent }) => kind === "Webhook" && parent === "workspace")).toEqual([
    {
      kind: "Webhook",
      parent: "workspace",
      operation: "create",
      verdict: "not-allowed",
      differences: ["POST /workspaces/{}/hooks → 402"],
    },
  ]);
});

test("on the service, all that is written down: results, page, sentence, with what differs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "acceptance-"));
  writeFileSync(join(folder, "README.md"), "<!-- verified -->\n<!-- /verified -->\n");
  const world = await MarkedWorld.start((operation, answer) => {
    if (hook.test(operation)) each(answer.body, (item) => delete item.skip_cert_verification);
  });
  const run = await world.run({ cases: casesOf("Webhook", "Project") });
  await world.close();
  const when = { date: "2027-01-02", version: "0.1.0", credential: "api-token" };
  const differences = differencesOf(run, rehearsal);
  writeReport({ folder, target: "service", run, rehearsal, differences, when, record: false });
  const [page, readme] = ["docs/reference/verified.md", "README.md"].map((name) =>
    readFileSync(join(folder, name), "utf8"),
  );
  expect(readme).toMatch(
    /\*\*Verified on the live service on 2027-01-02\*\*: \d+ of \d+ operations, and 2 differ;/,
  );
  expect(page).toMatch(
    /^\| Webhook \| workspace \| create, read, .* \| {1,2}\| change skipCertVerification \| \|$/m,
  );
  expect(page).toContain(
    "- Webhook (workspace), change skipCertVerification: accepted and not applied: skipCertVerification (service, 2027-01-02)",
  );
  expect(page).toContain(
    "  - field values[].skip_cert_verification: the emulator alone has it (service, 2027-01-02)",
  );
  expect(page).toMatch(/^\| PipelineVariable \| workspace \| \| create, read/m);
  rmSync(folder, { recursive: true });
});

test("a workspace's access token is told what it may not do", async () => {
  const world = await MarkedWorld.start(undefined, "workspace");
  const run = await world.run({
    cases: casesOf("SshKey", "DeployKey", "RepositoryUserPermission"),
    probes: probesOf("deploy-key-label", "project-deploy-keys", "credential-headers"),
    member: "{00000000-0000-4000-8000-000000000000}",
  });
  expect(run.operations.filter(({ verdict }) => verdict === "differs")).toEqual([]);
  expect(
    run.operations
      .filter(({ verdict }) => verdict === "not-allowed")
      .map(({ kind, parent, differences }) => `${kind} ${parent}: ${differences}`),
  ).toEqual([
    expect.stringMatching(/^RepositoryUserPermission repository: .*→ 403$/),
    expect.stringMatching(/^DeployKey repository: .*→ 403$/),
    "SshKey account: the credential belongs to no user",
  ]);
  expect(run.probes.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual([
    "credential-headers: yes",
    "deploy-key-label: not-allowed",
    "project-deploy-keys: yes",
  ]);
  expect(world.own()).toEqual([]);
  await world.close();
  takeViolations();
});
