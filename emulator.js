/** `bitbucket-as-code/emulator`: the package `bitbucket-as-code-emulator`, which is installed beside this one. */
const { version } = require("./package.json");

const name = "bitbucket-as-code-emulator";
try {
  module.exports = require(name);
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND" || !error.message.includes(`'${name}'`)) throw error;
  throw new Error(
    `The emulator is a package of its own. Install it: npm install --save-dev ${name}@${version}`,
  );
}
