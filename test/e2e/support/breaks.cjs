/**
 * Loaded before a program (`node --require`): a function of the compiled package is broken, as by a bug.
 * BREAKS=model/diff.js#diff names it.
 */
const [file, name] = (process.env.BREAKS ?? "").split("#");
const extensions = require("node:module")._extensions;
const load = extensions[".js"];
extensions[".js"] = (module, path) => {
  load(module, path);
  if (file && path.endsWith(`/dist/${file}`)) module.exports[name] = () => undefined.nothing;
};
