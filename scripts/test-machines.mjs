/**
 * `npm run test:machines [postgres] [s3]`: two machines on one state, in a real Postgres and in an S3 server;
 * some ten minutes. Not part of `npm test`: it needs programs that not everybody has, and says which.
 * MACHINES_SEED repeats the kills of an earlier run, MACHINES_ROUNDS says how many there are.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
const has = (program, folders = path) => folders.some((folder) => existsSync(join(folder, program)));
const debian = "/usr/lib/postgresql";
const postgres = [
  ...path,
  ...(existsSync(debian) ? readdirSync(debian) : []).map((version) => join(debian, version, "bin")),
];

const needs = {
  postgres: has("initdb", postgres)
    ? undefined
    : 'Postgres is missing: "apt install postgresql", or another package with initdb and postgres. As root it also needs the user "postgres".',
  s3:
    has("moto_server") || existsSync(process.env.MOTO_SERVER ?? "")
      ? undefined
      : "The S3 server is missing: \"pip install 'moto[server]'\" (in a virtual environment: MOTO_SERVER names its moto_server).",
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in needs));
const backends = asked.length > 0 ? asked : Object.keys(needs);
const missing = backends.flatMap((name) => needs[name] ?? []);
if (unknown.length > 0 || missing.length > 0) {
  for (const name of unknown)
    process.stderr.write(`There is no backend "${name}": postgres and s3 are there.\n`);
  for (const text of missing) process.stderr.write(`${text}\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [
    join(root, "node_modules", "jest", "bin", "jest.js"),
    "--config",
    join(root, "test", "machines", "jest.config.js"),
  ],
  { cwd: root, env: { ...process.env, MACHINES_BACKENDS: backends.join(",") }, stdio: "inherit" },
);
process.exitCode = status ?? 1;
