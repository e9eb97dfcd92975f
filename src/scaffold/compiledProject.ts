/** What Pulumi.yaml says of a project whose stacks are compiled. */

/** The part of Pulumi.yaml, besides the project's name. */
interface CompiledProject {
  readonly runtime: { readonly name: "yaml"; readonly options: { readonly compiler: string } };
  readonly plugins: {
    readonly providers: readonly [{ readonly name: "bitbucket-cloud"; readonly path: string }];
  };
  readonly options: { readonly refresh: "always" };
}

/** The package's folder in a project that has it in its `node_modules`. */
const installed = "node_modules/bitbucket-as-code";

/**
 * Returns the settings with which plain `pulumi` compiles the stacks and finds the native provider.
 *
 * @param folder The package's folder, from that of Pulumi.yaml.
 */
export function compiledProject(folder = installed): CompiledProject {
  return {
    // Not "bitbucket-as-code compile": PATH rarely has `node_modules/.bin`, and the whole command line loads longer.
    runtime: { name: "yaml", options: { compiler: `node ${folder}/dist/compile/main.js` } },
    plugins: { providers: [{ name: "bitbucket-cloud", path: `${folder}/plugin` }] },
    // Also for resources that the dynamic provider has created, and for a destroy.
    options: { refresh: "always" },
  };
}
