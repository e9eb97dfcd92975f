/**
 * Loaded before a program (`node --require`): a function of the compiled package is broken, as by a bug.
 * BREAKS=model/diff.js#diff names it. The bundles hold it under its name, or with a number after it.
 */
const Module = require("node:module");
const [, name] = (process.env.BREAKS ?? "").split("#");
globalThis.breakNow = () => undefined.nothing;
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, path, ...rest) {
  const declared = new RegExp(`(?<=[;}\\n]|^)(async )?function (${name}\\d*)\\(`, "g");
  const broken =
    name && path.includes("/dist/")
      ? content.replace(
          declared,
          (_, kind = "", found) =>
            `function ${found}(){return globalThis.breakNow()}${kind}function ${found}_whole(`,
        )
      : content;
  return compile.call(this, broken, path, ...rest);
};
