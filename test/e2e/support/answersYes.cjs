/** Loaded before a command (`node --require`): its terminal answers "yes", and READS_LOG gets each YAML file that it reads. */
const fs = require("node:fs");
const { Readable } = require("node:stream");

Object.defineProperty(process, "stdin", {
  value: Object.assign(Readable.from(["yes\n"]), { isTTY: true }),
});

const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  if (/stacks[\\/].*\.ya?ml$/.test(String(path))) fs.appendFileSync(process.env.READS_LOG, `${path}\n`);
  return readFileSync(path, ...rest);
};
