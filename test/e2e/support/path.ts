/** Before each file with end-to-end tests: the engine that the set-up has found is on PATH. */
export const pathWithEngine = "PATH_WITH_ENGINE";

process.env.PATH = process.env[pathWithEngine] ?? process.env.PATH;
