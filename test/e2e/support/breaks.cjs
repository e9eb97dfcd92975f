/**
 * Loaded before a program (`node --require`): a function of the compiled package is broken, as by a bug.
 * BREAKS=model/diff.js#diff names it. The bundles hold it under its name, or with a number after it.
 */
const fs = require("node:fs");
const Module = require("node:module");
const [, name] = (process.env.BREAKS ?? "").split("#");
globalThis.breakNow = () => undefined.nothing;

function breakIn(content, path) {
  if (!name || !/[\\/]dist[\\/].*\.js$/.test(String(path))) return content;
  const declared = new RegExp(`(?<=[;}\\n]|^)(async )?function (${name}\\d*)\\(`, "g");
  return content.replace(
    declared,
    (_, kind = "", found) =>
      `function ${found}(){return globalThis.breakNow()}${kind}function ${found}_whole(`,
  );
}

const compile = Module.prototype._compile;
Module.prototype._compile = function (content, path, ...rest) {
  return compile.call(this, breakIn(content, path), path, ...rest);
};

// The command line's bundle is read and compiled without a module.
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  const content = readFileSync(path, ...rest);
  return Buffer.isBuffer(content) ? Buffer.from(breakIn(content.toString(), path)) : content;
};
