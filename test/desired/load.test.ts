import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  findStackFile,
  formatDiagnostic,
  isSecretReference,
  loadStack,
  provenanceOf,
} from "../../src/desired";
import { argsOf, folderWith, load, namesOf, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deployer@example.com";

const hook = (url: string) => `{ url: "${url}", events: [repo:push] }`;

describe("layers", () => {
  test("defaults give way to rules, rules to profiles, profiles to the repository's own lines", async () => {
    const stack = await load(`
workspace: acme
defaults:
  repository: { description: default, language: default, website: default, mainBranch: default }
rules:
  - { match: "*", language: rule-1, website: rule-1, mainBranch: rule-1 }
  - { match: "a*", language: rule-2, website: rule-2, mainBranch: rule-2 }
profiles:
  one: { website: profile-1, mainBranch: profile-1 }
  two: { website: profile-2, mainBranch: profile-2 }
repositories:
  api: { profiles: [one, two], mainBranch: own }
`);
    expect(argsOf(stack, "Repository", "api")).toEqual({
      name: "api",
      description: "default",
      language: "rule-2",
      website: "profile-2",
      mainBranch: "own",
    });
  });

  test("a rule's profiles stand below the rule's own lines", async () => {
    const stack = await load(`
workspace: acme
profiles: { service: { language: profile, website: profile } }
rules: [{ match: api, profiles: [service], language: rule }]
repositories: { api: {} }
`);
    expect(argsOf(stack, "Repository", "api")).toEqual({ name: "api", language: "rule", website: "profile" });
  });

  test("entries merge field by field, and lists are replaced", async () => {
    const stack = await load(`
workspace: acme
profiles:
  service: { webhooks: { ci: { url: "https://ci.example.com/", events: [repo:push, repo:fork], active: false } } }
repositories:
  api: { profiles: [service], webhooks: { ci: { events: [repo:updated] } } }
`);
    expect(argsOf(stack, "Webhook", "api:ci")).toEqual({
      url: "https://ci.example.com/",
      description: "ci",
      events: ["repo:updated"],
      active: false,
    });
  });

  test("null removes an inherited entry, and gives a field back to its default", async () => {
    const stack = await load(`
workspace: acme
profiles:
  service: { language: go, webhooks: { ci: ${hook("https://a.example/")}, chat: ${hook("https://b.example/")} } }
repositories:
  api: { profiles: [service], language: null, webhooks: { ci: null } }
`);
    expect(namesOf(stack, "Webhook")).toEqual(["api:chat"]);
    expect(argsOf(stack, "Repository", "api")).toEqual({ name: "api" });
    expect(stack.warnings).toEqual([]);
  });

  test("what a layer removed, a later one can make anew without what was removed", async () => {
    const stack = await load(`
workspace: acme
defaults: { repository: { variables: { A: { value: x, adopt: true } } } }
rules: [{ match: "*", variables: { A: null } }]
repositories: { api: { variables: { A: y } } }
`);
    expect(argsOf(stack, "PipelineVariable", "api:A")).toEqual({ key: "A", value: "y" });
  });

  test("a shorthand meets the long form of the same entry", async () => {
    const stack = await load(`
workspace: acme
profiles: { service: { variables: { LEVEL: info }, environments: { Live: Production } } }
repositories:
  api:
    profiles: [service]
    variables: { LEVEL: { secured: false } }
    environments: { Live: { adminOnly: true } }
`);
    expect(argsOf(stack, "PipelineVariable", "api:LEVEL")).toEqual({
      key: "LEVEL",
      value: "info",
      secured: false,
    });
    expect(argsOf(stack, "DeploymentEnvironment", "api:Live")).toEqual({
      name: "Live",
      type: "Production",
      adminOnly: true,
    });
  });

  test("a reference to a secret replaces the one below as a whole", async () => {
    const stack = await load(`
workspace: acme
profiles: { service: { variables: { TOKEN: { fromEnv: A } } } }
repositories: { api: { profiles: [service], variables: { TOKEN: { fromPass: b } } } }
`);
    const args = argsOf(stack, "PipelineVariable", "api:TOKEN");
    expect(String(args?.value)).toBe("fromPass: b");
    expect(args?.secured).toBe(true);
  });

  test("defaults of a kind reach its objects wherever they are, and make none", async () => {
    const stack = await load(`
workspace: acme
defaults: { webhook: { active: false, events: [repo:push] } }
webhooks: { audit: { url: "https://a.example/" } }
repositories: { api: { webhooks: { ci: { url: "https://b.example/", active: true } } }, web: {} }
`);
    expect(argsOf(stack, "Webhook", "audit")).toMatchObject({ active: false, events: ["repo:push"] });
    expect(argsOf(stack, "Webhook", "api:ci")).toMatchObject({ active: true, events: ["repo:push"] });
    expect(namesOf(stack, "Webhook")).toHaveLength(2);
  });

  test("a rule's globs take in, and those with an exclamation mark leave out", async () => {
    const stack = await load(`
workspace: acme
rules:
  - { match: [svc-*, "!svc-old-*"], language: go }
  - { match: "!svc-*", language: java }
repositories: { svc-a: {}, svc-old-b: {}, web: {} }
`);
    const languages = ["svc-a", "svc-old-b", "web"].map(
      (name) => argsOf(stack, "Repository", name)?.language,
    );
    expect(languages).toEqual(["go", undefined, "java"]);
  });

  test("every layer that had a say in a value can be asked for, the one that counts first", async () => {
    const stack = await load(`workspace: acme
defaults:
  repository: { language: a }
rules:
  - { match: api, language: b }
repositories:
  api: { language: c }
`);
    const api = stack.resources[0];
    const paths = api ? provenanceOf(api, ["language"]).map((say) => say.position.path) : [];
    expect(paths).toEqual(["repositories.api.language", "rules[0].language", "defaults.repository.language"]);
  });
});

describe("objects", () => {
  test("are named by their keys, and come after what they belong to", async () => {
    const stack = await load(`
workspace: acme
variables: { X: a }
repositories:
  api: { variables: { X: b }, environments: { Production: { type: Production, variables: { X: c } } } }
projects:
  PLAT: { name: Platform, deployKeys: { ci: ${publicKey} } }
`);
    expect(namesOf(stack, "PipelineVariable").sort()).toEqual(["X", "api:Production:X", "api:X"]);
    expect(namesOf(stack, "DeployKey")).toEqual(["project:PLAT:ci"]);
    for (const [index, resource] of stack.resources.entries()) {
      if (resource.parent) expect(stack.resources.indexOf(resource.parent)).toBeLessThan(index);
    }
  });

  test("of the same key in a project and in a repository get different names", async () => {
    const stack = await load(`
workspace: acme
projects: { API: { name: API, deployKeys: { ci: ${publicKey} } } }
repositories: { API: { deployKeys: { ci: ${publicKey} } } }
`);
    expect(namesOf(stack, "DeployKey").sort()).toEqual(["API:ci", "project:API:ci"]);
  });

  test("keep a name that is written out apart from their key", async () => {
    const stack = await load("workspace: acme\nrepositories: { api: { name: Public API } }\n");
    expect(argsOf(stack, "Repository", "api")).toEqual({ name: "Public API" });
  });

  test("can be single or a list", async () => {
    const stack = await load(`
workspace: acme
repositories:
  api: { defaultReviewers: [alice, bob], branchingModel: { development: { useMainBranch: true } } }
`);
    expect(namesOf(stack, "DefaultReviewer")).toEqual(["api:alice", "api:bob"]);
    expect(namesOf(stack, "BranchingModel")).toEqual(["api"]);
    expect(argsOf(stack, "DefaultReviewer", "api:bob")).toEqual({ user: "bob" });
  });

  test("know the file, line and column of each of their values", async () => {
    const stack = await load(`workspace: acme
profiles:
  service:
    webhooks:
      ci:
        url: https://ci.example.com/
        events:
          - repo:push
          - repo:fork
repositories:
  api:
    profiles: [service]
    description: The API
`);
    const at = (name: string, path: (string | number)[]) => {
      const position = stack.resources.find((resource) => resource.name === name)?.positionOf(path);
      return position && `${position.file}:${position.line}:${position.column} ${position.path}`;
    };
    expect(at("api", [])).toBe("stacks/acme.yaml:11:3 repositories.api");
    expect(at("api", ["description"])).toBe("stacks/acme.yaml:13:18 repositories.api.description");
    expect(at("api", ["name"])).toBe("stacks/acme.yaml:11:3 repositories.api");
    expect(at("api:ci", ["events", 1])).toBe("stacks/acme.yaml:9:13 profiles.service.webhooks.ci.events[1]");
  });
});

describe("references", () => {
  test("to a project that is declared as existing are fine", async () => {
    const stack = await load(
      "workspace: acme\nexisting: { projects: [OLD] }\nrepositories: { api: { project: OLD } }\n",
    );
    expect(argsOf(stack, "Repository", "api")).toMatchObject({ project: "OLD" });
  });

  test("to a project with something wrong in it are not a second problem", async () => {
    const lines = await problems(
      load("workspace: acme\nprojects: { P: { nam: x } }\nrepositories: { api: { project: P } }\n"),
    );
    expect(lines).toEqual([expect.stringContaining('unknown property "nam"')]);
  });

  test("to a secret are accepted wherever text is, and not checked for its form", async () => {
    const stack = await load(`
workspace: acme
repositories:
  api: { webhooks: { ci: { url: { fromConfig: hookUrl }, events: [repo:push], secret: { fromFile: s.txt } } } }
`);
    const args = argsOf(stack, "Webhook", "api:ci");
    expect(isSecretReference(args?.url) && isSecretReference(args?.secret)).toBe(true);
  });
});

describe("warnings", () => {
  test("tell of profiles, rules and removals without effect", async () => {
    const stack = await load(`workspace: acme
profiles: { unused: {} }
rules:
  - { match: "nothing-*", isPrivate: true }
repositories:
  api: { webhooks: { ci: null } }
`);
    expect(stack.warnings.map(formatDiagnostic)).toEqual([
      'stacks/acme.yaml:2:13 profiles.unused: no repository uses the profile "unused"',
      "stacks/acme.yaml:4:5 rules[0]: this rule matches no repository",
      "stacks/acme.yaml:6:22 repositories.api.webhooks.ci: removes an inherited webhook, but none is inherited here",
    ]);
  });
});

describe("files", () => {
  test("of a folder, and what they include, count as one", async () => {
    const folder = folderWith({
      "stacks/acme/a.yaml": "workspace: acme\ninclude: [teams/*.yaml, b.yaml]\n",
      "stacks/acme/b.yaml": "projects: { PLAT: { name: Platform } }\n",
      "stacks/acme/teams/one.yaml": "repositories: { one: { project: PLAT } }\n",
      "stacks/acme/teams/two.yaml": "repositories: { two: {} }\n",
      "stacks/acme/teams/notes.txt": "not: [yaml",
    });
    const stack = await loadStack({ directory: folder, stack: "acme" });
    expect(namesOf(stack, "Repository").sort()).toEqual(["one", "two"]);
    expect(stack.files).toHaveLength(4);
  });

  test("must not declare the same thing twice, or contradict each other", async () => {
    const folder = folderWith({
      "stacks/acme/a.yaml":
        "workspace: acme\nrepositories:\n  api: {}\ndefaults: { repository: { language: go, isPrivate: true } }\n",
      "stacks/acme/b.yaml":
        "workspace: other\nrepositories:\n  api: {}\ndefaults: { repository: { language: java, isPrivate: true } }\n",
    });
    expect(await problems(loadStack(join(folder, "stacks/acme")))).toEqual([
      "stacks/acme/b.yaml:1:12 workspace: contradicts stacks/acme/a.yaml:1, which also sets it",
      "stacks/acme/b.yaml:3:3 repositories.api: is a duplicate: first in stacks/acme/a.yaml:3. Remove one of them",
      "stacks/acme/b.yaml:4:37 defaults.repository.language: contradicts stacks/acme/a.yaml:4, which also sets it",
    ]);
  });

  test("that include each other in a circle are refused with the circle", async () => {
    const folder = folderWith({
      "stacks/acme.yaml": "workspace: acme\ninclude: [x/b.yaml]\n",
      "stacks/x/b.yaml": "include: [../acme.yaml]\n",
    });
    expect(await problems(loadStack(join(folder, "stacks/acme.yaml")))).toEqual([
      "stacks/x/b.yaml:1:11 include[0]: files include each other in a cycle: stacks/acme.yaml → stacks/x/b.yaml → stacks/acme.yaml",
    ]);
  });

  test("in a subfolder that nothing includes are refused, unless they are something else", async () => {
    const folder = folderWith({
      "stacks/acme/main.yaml": "workspace: acme\ninclude: [parts/a.yaml]\n",
      "stacks/acme/parts/a.yaml": "projects: { A: { name: A } }\n",
      "stacks/acme/parts/b.yml": "# Not read.\nprojects:\n  B: { name: B }\n",
      "stacks/acme/files/bitbucket-pipelines.yml": "image: node\npipelines: {}\n",
    });
    expect(await problems(loadStack({ directory: folder, stack: "acme" }))).toEqual([
      expect.stringMatching(/^stacks\/acme\/parts\/b.yml: is not read: .*"include".* out of stacks\/acme$/),
    ]);
  });

  test("with an extension in capital letters are read", async () => {
    const folder = folderWith({
      "stacks/acme/main.YAML": "workspace: acme\n",
      "stacks/acme/more.Yml": "projects: { A: { name: A } }\n",
    });
    const stack = await loadStack({ directory: folder, stack: "acme" });
    expect(stack.resources).toHaveLength(1);
  });

  test("behind a link that is outside the folder are not read", async () => {
    const folder = folderWith({
      "stacks/acme.yaml": "workspace: acme\ninclude: [link.yaml]\n",
      "secret.yaml": "a: b\n",
    });
    symlinkSync(join(folder, "secret.yaml"), join(folder, "stacks/link.yaml"));
    expect(await problems(loadStack(join(folder, "stacks/acme.yaml")))).toEqual([
      expect.stringMatching(/^stacks\/acme.yaml:2:11 include\[0\]: .*is outside the folder stacks$/),
    ]);
  });

  test("with a byte order mark, Windows line ends, anchors and merge keys are read", async () => {
    const text =
      "\uFEFFworkspace: acme\r\nrepositories:\r\n  api: &api\r\n    language: go\r\n    isPrivate: true\r\n  web:\r\n    <<: *api\r\n    language: java\r\n";
    expect(argsOf(await load(text), "Repository", "web")).toEqual({
      name: "web",
      language: "java",
      isPrivate: true,
    });
  });

  test("that are empty, too large, too deep, or no UTF-8 are refused", async () => {
    const start = "stacks/acme.yaml";
    for (const empty of ["", "# workspace: acme\n", "---\n", "~\n", " \n\n"])
      expect(await problems(load(empty))).toEqual([
        expect.stringMatching(
          /^stacks\/acme\.yaml:\d:1: is empty\. If that is intended, set its content to \{\}$/,
        ),
      ]);
    expect(await problems(load("{}"))).toEqual([
      `${start}:1:1 workspace: is required: the workspace as in its URL, such as "workspace: acme"`,
    ]);
    expect(await problems(load("#".repeat(10 * 1024 * 1024 + 1)))).toEqual([
      `${start}: is larger than 10 MB`,
    ]);
    expect(await problems(load(`a: ${"[".repeat(200)}${"]".repeat(200)}`))).toContainEqual(
      expect.stringContaining("is nested too deeply: at most 100 levels"),
    );
    expect(await problems(load(`a: ${"[".repeat(100_000)}`))).toEqual([
      expect.stringContaining("is nested too deeply: at most 100 levels"),
    ]);
    expect(await problems(load(Buffer.from([0x61, 0x3a, 0x20, 0xff])))).toEqual([
      `${start}: is not UTF-8 text`,
    ]);
  });

  test("with git's conflict markers say that a merge was not finished, and where", async () => {
    const [ours, base, theirs] = ["<", "|", ">"].map((sign) => sign.repeat(7));
    const conflict = `${ours} HEAD\n  a: {}\n${base} 1f3c\n  b: {}\n=======\n  c: {}\n${theirs} topic\n`;
    for (const before of ["", "  api:\n    description: |\n      text\n"])
      expect(await problems(load(`workspace: acme\nrepositories:\n${before}${conflict}`))).toEqual([
        `stacks/acme.yaml:${before.split("\n").length + 2}:1: has a conflict marker of git, "${ours}": a merge was not finished. Resolve the conflict`,
      ]);
  });

  test("with a key that nothing follows, as a truncated file ends, warn of it", async () => {
    const { warnings } = await load("workspace: acme\ninclude:\npolicies:\nrepositories:\n");
    const text = "is empty, which is the same as no such line. Remove it, or complete it";
    expect(warnings.map(formatDiagnostic)).toEqual(
      ["2:1 include", "3:1 policies", "4:1 repositories"].map((at) => `stacks/acme.yaml:${at}: ${text}`),
    );
  });

  test("that are included or lie in the stack's folder say that they are meant to be empty", async () => {
    const whole = (part: string) =>
      folderWith({
        "stacks/acme/main.yaml": "workspace: acme\ninclude: [teams/*.yaml]\n",
        "stacks/acme/more.yaml": part,
        "stacks/acme/teams/a.yaml": part,
      });
    expect(await problems(loadStack(join(whole("# nothing\n"), "stacks/acme")))).toEqual([
      "stacks/acme/more.yaml:1:1: is empty. If that is intended, set its content to {}",
      "stacks/acme/teams/a.yaml:1:1: is empty. If that is intended, set its content to {}",
    ]);
    expect((await loadStack(join(whole("{}\n"), "stacks/acme"))).resources).toEqual([]);
  });

  test("that cannot be read are named", async () => {
    const folder = folderWith({
      "stacks/acme.yaml": "workspace: acme\ninclude: sub.yaml\n",
      "stacks/sub.yaml/x": "",
    });
    chmodSync(join(folder, "stacks/acme.yaml"), 0o400);
    expect(await problems(loadStack(join(folder, "stacks/acme.yaml")))).toEqual([
      "stacks/acme.yaml:2:10 include: stacks/sub.yaml is not a file",
    ]);
  });
});

describe("the file of a stack", () => {
  test("is a file or a folder, found by the last part of the stack's name", () => {
    const folder = folderWith({ "stacks/a.yaml": "", "stacks/b.yml": "", "stacks/c/x.yaml": "" });
    const found = ["a", "org/project/b", "c"].map((name) =>
      findStackFile(folder, name).slice(folder.length + 1),
    );
    expect(found).toEqual(["stacks/a.yaml", "stacks/b.yml", "stacks/c"]);
  });

  test("that is missing is an error that lists those that are there", () => {
    const folder = folderWith({ "stacks/production.yaml": "", "stacks/test/x.yaml": "" });
    expect(() => findStackFile(folder, "prodution")).toThrow(
      'stacks: there is no file for the stack "prodution". Create stacks/prodution.yaml, or select one of these stacks: production, test. Did you mean "production"?',
    );
    expect(() => findStackFile(folder, "..")).toThrow("there is no file for the stack");
    expect(() => findStackFile(join(folder, "elsewhere"), "dev")).toThrow("Create stacks/dev.yaml");
  });

  test("must be one", () => {
    const folder = folderWith({ "stacks/a.yaml": "", "stacks/a/x.yaml": "" });
    expect(() => findStackFile(folder, "a")).toThrow('both a and a.yaml exist for the stack "a"');
  });
});
