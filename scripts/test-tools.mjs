/**
 * The programs that tests run beside Node: a browser for the pages, Python, git, `pass`, GnuPG and a
 * keychain for credentials, curl, openssl. On Debian and its derivatives, as root, missing ones are installed; elsewhere
 * they are listed.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Program → Debian's package. */
const tools = {
  git: "git",
  curl: "curl",
  openssl: "openssl",
  chromium: "chromium",
  python3: "python3-venv",
  gpg: "gnupg",
  pass: "pass",
  "dbus-run-session": "dbus-daemon",
  "gnome-keyring-daemon": "gnome-keyring",
};

const onPath = (program) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
const missing = () => Object.keys(tools).filter((program) => !onPath(program));

if (missing().length > 0 && process.getuid?.() === 0 && onPath("apt-get")) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const packages = missing().map((program) => tools[program]);
  console.error(`The tests need ${missing().join(", ")}: installing ${packages.join(", ")} …`);
  for (const args of [["update"], ["install", "--yes", "--no-install-recommends", ...packages]]) {
    const { status, stdout, stderr } = spawnSync("apt-get", args, { env, encoding: "utf8" });
    if (status !== 0) console.error(`${stdout}${stderr}`.slice(-2000));
  }
}
if (missing().length > 0) {
  console.error(
    `The tests need these programs, which are not on PATH: ${missing().join(", ")}. ` +
      `On Debian: apt-get install ${missing()
        .map((program) => tools[program])
        .join(" ")}`,
  );
  process.exitCode = 1;
}
