/** Every kind, with the example of its own declaration, in one stack on a real engine. */

import { join } from "node:path";
import { kinds } from "../../src/kinds";
import type { Kind, ParentName } from "../../src/kinds/kind";
import { privateKey, publicKey } from "../kinds/samples/sample";
import { Project } from "./support/project";

jest.setTimeout(240_000);

const gpgKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${"mDMEY".repeat(12)}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n`;

const indent = (text: string) => text.replace(/^(?=.)/gm, "    ");

/** The example of a kind, with values that only the test can know. */
function exampleOf(kind: Kind, commit: string): string {
  return (
    kind.yaml.example
      .replace("{ fromPass: acme/pipelines-key }", "{ fromEnv: PIPELINES_KEY }")
      .replace(/(v1\.0\.0:) [0-9a-f]{40}/, `$1 ${commit}`)
      // The same key can only be used once.
      .replace(/(laptop: ssh-ed25519) \S+/, `$1 ${publicKey(7).split(" ")[1]}`)
  );
}

const frontEnds = ["dynamic", "native"] as const;
type FrontEnd = (typeof frontEnds)[number];

/** Switches the stack to the other front end. */
function choose(project: Project, frontEnd: FrontEnd): Promise<void> {
  return project.configure("bitbucket-cloud:provider", frontEnd);
}

test.each([
  ["dynamic", "native"],
  ["native", "dynamic"],
] as const)(
  "the examples of all kinds are made by the %s provider, show no change, are taken over unchanged by the %s one, updated beside others, and destroyed",
  async (first, second) => {
    const project = await Project.startWithVault();
    await project.write(
      "Pulumi.yaml",
      `${await project.read("Pulumi.yaml")}plugins:\n  providers:\n    - name: bitbucket-cloud\n      path: ${join(project.checkout, "plugin")}\n`,
    );
    await choose(project, first);
    Object.assign(project.env, {
      CI_WEBHOOK_SECRET: "one-secret",
      DEPLOY_TOKEN: "two-secret",
      PIPELINES_KEY: privateKey,
    });
    const before = [
      "workspace: acme",
      "defaults: { repository: { deletion: allow }, project: { deletion: allow }, branch: { deletion: allow } }",
      "projects:\n  PLAT:\n    name: Platform",
    ];
    const repository = "repositories:\n  web: { project: PLAT }\n  api:\n    project: PLAT\n    adopt: true";
    /** The kinds below a parent, except those that are parents themselves. */
    const below = (parent: ParentName) =>
      kinds.filter(
        (kind) => kind.parents.includes(parent) && (!kind.parentRole || kind.parentRole === "environment"),
      );
    const noChange = async () => {
      const preview = await project.preview(["--expect-no-changes"]);
      expect(preview.output).not.toMatch(/error|bitbucket:\w+ \S+ (update|replace|create) /);
      expect(preview.exitCode).toBe(0);
    };
    try {
      // Branches and tags need a commit, and so one repository that is there before. The other one is made.
      await project.somebody("POST", "/workspaces/acme/projects", { key: "OLD", name: "Old" });
      const old = { project: { key: "OLD" }, is_private: true };
      await project.somebody("POST", "/repositories/acme/api", old);
      await project.commit("api", "README.md", "Hello");
      const commit = project.repository("api").branches.get("main") ?? "";
      await project.write("stacks/keys/signing.asc", gpgKey);
      await project.write("stacks/files/handbook.pdf", "%PDF-1.7\n");
      const examples = (parent: ParentName) => below(parent).map((kind) => exampleOf(kind, commit));
      const yaml = [
        ...before,
        ...examples("project").map(indent),
        repository,
        ...examples("repository").map(indent),
        ...[...new Set([...examples("workspace"), ...examples("account")])],
      ];
      await project.yaml(`${yaml.join("\n")}\n`);
      const up = await project.up();
      expect(up.output).not.toMatch(/error/);
      expect(up.exitCode).toBe(0);
      const { resources = [] } = await project.deployment();
      const prefix = { dynamic: "pulumi-nodejs:bitbucket:", native: "bitbucket-cloud:index:" };
      const held = new Set(
        resources.flatMap(({ type }) =>
          type.startsWith(prefix[first]) ? [type.slice(prefix[first].length)] : [],
        ),
      );
      expect(kinds.map((kind) => kind.name).filter((name) => !held.has(name))).toEqual([]);
      await noChange();

      const { length } = project.writes;
      await choose(project, second);
      const taken = await project.pulumi(["up", "--yes", "--stack", "test"]);
      // By its own preview, and by the apply.
      expect(taken.output.match(/^ {4}\d+ unchanged$/gm)).toHaveLength(2);
      expect(taken.output).not.toMatch(/error|[+~-] \d+ /);
      expect(project.writes).toHaveLength(length);

      // Every later run reads and changes what is in the state: that one, and no other.
      await project.yaml(`${yaml.join("\n").replace("sshKeys:\n  laptop:", "sshKeys:\n  desktop:")}\n`);
      const renamed = await project.up();
      expect(renamed.output).not.toMatch(/error/);
      expect(renamed.output).toMatch(/^ {4}~ 1 updated\n {4}\d+ unchanged$/m);
      await noChange();

      const destroy = await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"], {
        BITBUCKET_ALLOW_DELETIONS: "100",
      });
      expect(destroy.output).not.toMatch(/error/);
      expect(project.acme.repositories.size).toBe(0);
      expect([...project.acme.projects.keys()]).toEqual(["OLD"]);
      const { state } = project.emulator;
      for (const keys of [state.sshKeys, state.gpgKeys])
        expect([...keys.values()].flatMap((all) => [...all])).toEqual([]);
    } finally {
      await project.close();
    }
  },
);
