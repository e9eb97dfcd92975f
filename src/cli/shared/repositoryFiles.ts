/** The files with which repositories set properties of their own, as commands read them: each once in a command. */
import { basename, dirname, resolve } from "node:path";
import {
  locateStack,
  type RepositoryFileRequest,
  type RepositoryFileSource,
  type RepositoryFileVersion,
} from "../../desired";
import { readRepositoryFiles, repositoriesOfStacks } from "../../preview";
import { Stacks } from "../../run";
import { type Connection, withClient } from "./connect";
import { useEngine } from "./engine";
import { readConfig } from "./project";

/** What this command has read: what was previewed is then what is applied, and what a plan is bound to. */
const known = new Map<string, RepositoryFileVersion>();

/**
 * Reads files where a stack has rules about them, and only then connects.
 *
 * @param root The folder of Pulumi.yaml.
 * @param name The stack, or one shard of it.
 * @param connection One that is open. Default: one is opened.
 */
export function repositoryFilesOnce(
  root: string,
  name: string,
  connection?: Pick<Connection, "client" | "reader">,
): RepositoryFileSource {
  const source = repositoryFilesNow(root, name, connection);
  const keyFor = (request: RepositoryFileRequest) => JSON.stringify([root, request]);
  return {
    async read(asked) {
      const missing = asked.filter((request) => !known.has(keyFor(request)));
      const read = missing.length > 0 ? await source.read(missing) : undefined;
      for (const request of missing) {
        const version = read?.get(request.repository);
        if (version) known.set(keyFor(request), version);
      }
      return new Map(
        asked.flatMap((request) => {
          const version = known.get(keyFor(request));
          return version ? [[request.repository, version]] : [];
        }),
      );
    },
  };
}

/** The same for the YAML at a path: `stacks/acme.yaml`, or a folder. */
export function repositoryFilesBeside(path: string): RepositoryFileSource {
  const root = dirname(dirname(resolve(path)));
  return repositoryFilesOnce(root, basename(path).replace(/\.ya?ml$/, ""));
}

/** Reads them again each time: for a command that keeps running. */
export function repositoryFilesNow(
  root: string,
  name: string,
  connection?: Pick<Connection, "client" | "reader">,
): RepositoryFileSource {
  return {
    read(asked) {
      const base = locateStack(root, name).stack;
      const held = () =>
        repositoriesOfStacks(new Stacks(root, base, { PULUMI_SKIP_UPDATE_CHECK: "true" }, useEngine));
      const say = (line: string) => void process.stderr.write(`${line}\n`);
      const read = ({ client, reader }: Pick<Connection, "client" | "reader">) =>
        readRepositoryFiles({ client, reader, held, say }).read(asked);
      return connection
        ? read(connection)
        : withClient({ config: readConfig(root, base), quiet: true }, read);
    },
  };
}
