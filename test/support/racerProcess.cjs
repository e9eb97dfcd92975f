/**
 * A process that takes a lock, or a claim in the folder of a run, in single steps: before each look at and change of the
 * lock's folder it says which one is next, and waits for a line. So whoever writes the lines decides how several of these
 * processes interleave.
 */
const fs = require("node:fs");

const [module_, path, key] = process.argv.slice(2);

function pause(step) {
  fs.writeSync(1, `${step}\n`);
  if (fs.readSync(0, Buffer.alloc(1)) === 0) process.exit();
}

for (const name of ["linkSync", "readFileSync", "renameSync", "rmSync", "writeFileSync"]) {
  const original = fs[name];
  fs[name] = (file, ...rest) => {
    if (String(file).startsWith(path)) pause(name);
    return original(file, ...rest);
  };
}

const { takeFileLock, SharedRun } = require(module_);
if (key !== undefined) {
  pause(new SharedRun(path).claim(key) ? "took" : "refused");
  process.exit();
}
for (;;) {
  pause("idle");
  const lock = takeFileLock(path);
  if (typeof lock !== "function") continue;
  pause("took");
  lock();
}
