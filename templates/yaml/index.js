// Runs the YAML in stacks/. This line is the whole program.
module.exports = require("bitbucket-as-code/program");
