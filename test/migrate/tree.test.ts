import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { applyFixes, planFixes } from "../../src/migrate/fix";
import { auditPaths, homeFiles } from "../../src/migrate/tree";
import { scratch } from "../support/git";

const secret = "const t = 'ATBBabcdefghijklmnopqrst';\n";

function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const root = scratch();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

async function found(root: string, gitignore = false, exclude: string[] = []): Promise<string[]> {
  const { findings } = await auditPaths([root], { gitignore, exclude });
  return findings.map(({ path }) => path.slice(root.length + 1)).sort();
}

test("what is no text, not written by hand, or a link is left out, and each file is read once", async () => {
  const root = folder({
    "a.js": secret,
    "deep/er/b.js": secret,
    "node_modules/x/c.js": secret,
    "logo.png": secret,
    "data.dat": Buffer.concat([Buffer.from([0, 1]), Buffer.from(secret)]),
    ".git/config": '[remote "o"]\n\turl = https://a:Abcd1234@bitbucket.org/a/b\n',
    ".git/hooks/pre-push": secret,
    ".git/hooks/pre-push.sample": secret,
    ".git/objects/aa/bb": secret,
    ".git/modules/lib/config": '[remote "o"]\n\turl = https://a:Abcd1234@bitbucket.org/a/c\n',
  });
  symlinkSync("..", join(root, "deep", "loop"));
  symlinkSync("a.js", join(root, "link.js"));
  const expected = [".git/config", ".git/hooks/pre-push", ".git/modules/lib/config", "a.js", "deep/er/b.js"];
  expect(await found(root)).toEqual(expected);
  const twice = await auditPaths([root, join(root, "a.js"), join(root, "link.js"), join(root, "deep")], {
    gitignore: false,
  });
  expect(twice.findings).toHaveLength(expected.length);
});

test(".gitignore counts where that is asked for, the nearest one most", async () => {
  const root = folder({
    ".gitignore": "*.log\n/build/\n",
    "a.log": secret,
    "build/out.js": secret,
    "sub/.gitignore": "!keep.log\n",
    "sub/keep.log": secret,
    "sub/build/out.js": secret,
  });
  expect(await found(root)).toEqual(["a.log", "build/out.js", "sub/build/out.js", "sub/keep.log"]);
  expect(await found(root, true)).toEqual(["sub/build/out.js", "sub/keep.log"]);
  // Excluded paths stay excluded, whatever a .gitignore says.
  expect(await found(root, true, ["*.log"])).toEqual(["sub/build/out.js"]);
  expect(await found(root, false, ["/build/", "a.*"])).toEqual(["sub/build/out.js", "sub/keep.log"]);
});

test("what cannot be read is told, and a path that is not there fails", async () => {
  const root = folder({ "a.js": secret });
  await expect(auditPaths([join(root, "none")], { gitignore: false })).rejects.toThrow(/ENOENT/);
  expect(homeFiles({ HOME: root })).toEqual([]);
});

test("a mended file keeps all else: other entries, line ends, bytes, mode; a copy is kept for its owner alone", async () => {
  const latin = Buffer.from([0x23, 0x20, 0xe9, 0x0a]);
  const root = folder({
    ".netrc": Buffer.concat([
      latin,
      Buffer.from(
        "machine github.com login me password keep\nmachine bitbucket.org\n  login alice\n  password Abcd1234\nmachine example.org login x password keep\n",
      ),
    ]),
    "shared/.netrc":
      "machine a.org login x password keep machine bitbucket.org login alice password Abcd1234\n",
    ".git-credentials": "https://alice:Abcd1234@bitbucket.org\r\nhttps://me:keep@github.com\r\n",
    ".git/config":
      '[remote "origin"]\r\n\turl = https://alice:Abcd1234@bitbucket.org/a/b.git\r\n\tfetch = +refs/heads/*:refs/remotes/origin/*\r\n',
  });
  chmodSync(join(root, ".netrc"), 0o600);
  const { findings } = await auditPaths([root], { gitignore: false });
  const fixes = await planFixes(findings);
  expect(fixes.map(({ path }) => path.slice(root.length + 1)).sort()).toEqual([
    ".git-credentials",
    ".git/config",
    ".netrc",
  ]);
  const diff = fixes.map((one) => one.diff).join("\n");
  expect(diff).toMatch(/^-machine bitbucket\.org$/m);
  expect(diff).toMatch(/^\+ {2}url = https:\/\/bitbucket\.org\/a\/b\.git$/m);
  expect(diff).not.toMatch(/Abcd1234|keep/);

  const backup = join(scratch(), "backup");
  const before = readFileSync(join(root, ".netrc"));
  await applyFixes(fixes, backup);
  expect(readFileSync(join(root, ".netrc"))).toEqual(
    Buffer.concat([
      latin,
      Buffer.from("machine github.com login me password keep\nmachine example.org login x password keep\n"),
    ]),
  );
  expect(statSync(join(root, ".netrc")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(root, ".git-credentials"), "utf8")).toBe("https://me:keep@github.com\r\n");
  expect(readFileSync(join(root, ".git/config"), "utf8")).toMatch(
    /url = https:\/\/bitbucket\.org\/a\/b\.git\r\n/,
  );
  const manifest: { path: string; backup: string }[] = JSON.parse(
    readFileSync(join(backup, "manifest.json"), "utf8"),
  );
  const copy = manifest.find(({ path }) => path === join(root, ".netrc"))?.backup ?? "";
  expect(readFileSync(copy)).toEqual(before);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(statSync(backup).mode & 0o777).toBe(0o700);
});

test("a file that was changed after it was shown is left as it is", async () => {
  const root = folder({ ".git-credentials": "https://alice:Abcd1234@bitbucket.org\n" });
  const { findings } = await auditPaths([root], { gitignore: false });
  const fixes = await planFixes(findings);
  writeFileSync(join(root, ".git-credentials"), "https://other:thing@bitbucket.org\n");
  await expect(applyFixes(fixes, join(scratch(), "backup"))).rejects.toThrow(/not modified\./);
  expect(readFileSync(join(root, ".git-credentials"), "utf8")).toBe("https://other:thing@bitbucket.org\n");
});
