/** A user's stores of credentials: a password store with its own key, a home folder, git's files. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Env = Record<string, string>;

/** An empty home folder. Its path is short, because GnuPG's sockets limit it. */
export class Home {
  readonly folder = mkdtempSync(join(tmpdir(), "h-"));
  readonly env: Env = {
    PATH: process.env.PATH ?? "",
    HOME: this.folder,
    GIT_CONFIG_NOSYSTEM: "1",
    XDG_CONFIG_HOME: join(this.folder, "config"),
    XDG_STATE_HOME: join(this.folder, "state"),
  };

  /** A folder outside of any Pulumi project. */
  get elsewhere(): string {
    return this.folder;
  }

  /** A password store, encrypted to a key without a passphrase. */
  passwordStore(entries: Readonly<Record<string, string>>): Env {
    const env = {
      ...this.env,
      GNUPGHOME: join(this.folder, "gpg"),
      PASSWORD_STORE_DIR: join(this.folder, "store"),
    };
    mkdirSync(env.GNUPGHOME, { mode: 0o700 });
    const quiet = { env, stdio: ["pipe", "ignore", "ignore"] as ["pipe", "ignore", "ignore"] };
    execFileSync(
      "gpg",
      [
        "--batch",
        "--passphrase",
        "",
        "--quick-generate-key",
        "jo@acme.example",
        "default",
        "default",
        "never",
      ],
      quiet,
    );
    execFileSync("pass", ["init", "jo@acme.example"], quiet);
    for (const [path, text] of Object.entries(entries))
      execFileSync("pass", ["insert", "--multiline", path], { ...quiet, input: `${text}\nmore lines\n` });
    return env;
  }

  write(path: string, text: string): string {
    const file = join(this.folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** git's own store of credentials, in plain text, as many users have it. */
  gitCredentials(lines: string): Env {
    this.write(".git-credentials", lines);
    this.write(".gitconfig", "[credential]\n\thelper = store\n");
    return this.env;
  }

  close(): void {
    try {
      execFileSync("gpgconf", ["--kill", "all"], {
        env: { ...this.env, GNUPGHOME: join(this.folder, "gpg") },
        stdio: "ignore",
      });
    } catch {
      // It never ran.
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
