/** What is changed in Pulumi's YAML host when it is built here, and why. */
import type { ModulePatch } from "./modulePatch";

/**
 * The host's own stack traces, 1.3 KB in the state of every resource, say nothing about the program. The parent of this
 * package's resources is no dependency besides: see `registerLean` of the SDK.
 */
const leanState: ModulePatch = {
  module: "github.com/pulumi/pulumi/sdk/v3",
  files: {
    "go/pulumi/context.go": [
      ["stackTrace := ctx.getStackTrace(3)", "var stackTrace *pulumirpc.StackTrace"],
      ["stackTrace := ctx.getStackTrace(4)", "var stackTrace *pulumirpc.StackTrace"],
      ["sourcePosition := ctx.getSourcePosition(3)", "var sourcePosition *pulumirpc.SourcePosition"],
      ["sourcePosition := ctx.getSourcePosition(4)", "var sourcePosition *pulumirpc.SourcePosition"],
      [
        `	// Merge all dependencies with what we got earlier from property marshaling, and remove duplicates.
	var deps []string
	depSet := map[URN]struct{}{}
`,
        `	var deps []string
	depSet := map[URN]struct{}{}
	if strings.HasPrefix(t, "bitbucket-cloud:") {
		depSet[resOpts.parentURN] = struct{}{}
		for _, named := range rpcPropertyDeps {
			others := []string{}
			for _, urn := range named.Urns {
				if urn != string(resOpts.parentURN) {
					others = append(others, urn)
				}
			}
			named.Urns = others
		}
	}
`,
      ],
    ],
  },
};

/**
 * The host starts a process of the provider for its schema each time, a quarter of a second: this package's is a file
 * beside the plugin's folder.
 */
const schemaFile: ModulePatch = {
  module: "github.com/pulumi/pulumi/pkg/v3",
  files: {
    "codegen/schema/loader.go": [
      [
        '\t"fmt"\n\n\t"github.com/natefinch/atomic"\n',
        '\t"fmt"\n\t"os"\n\t"path/filepath"\n\n\t"github.com/natefinch/atomic"\n',
      ],
      [
        '\tcontract.Assertf(pluginInfo != nil, "loading pkg %q: pluginInfo was unexpectedly nil", descriptor.Name)\n',
        `	contract.Assertf(pluginInfo != nil, "loading pkg %q: pluginInfo was unexpectedly nil", descriptor.Name)

	if descriptor.Name == "bitbucket-cloud" && descriptor.Parameterization == nil {
		shipped := filepath.Join(pluginInfo.Path, "..", "schema", "pulumi-bitbucket-cloud.json")
		if schemaBytes, err := os.ReadFile(shipped); err == nil {
			return schemaBytes, pluginInfo.Version, nil
		}
	}
`,
      ],
    ],
  },
};

/**
 * Asked for the packages that a program needs, this package's compiler prints the same each time: `compile/main.ts`. And
 * before each resource the host waited until the engine had taken a debug message with its name.
 */
const fewerQuestions: ModulePatch = {
  module: "github.com/pulumi/pulumi-yaml",
  files: {
    "pkg/pulumiyaml/run.go": [
      [
        "\terr = cmd.Run()\n",
        `	if env == nil && strings.HasSuffix(compiler, "/bitbucket-as-code/dist/compile/main.js") {
		stdout.WriteString(\`{ "name": "bitbucket-cloud", "runtime": "yaml", "resources": {} }\`)
	} else {
		err = cmd.Run()
	}
`,
      ],
      [
        `			if ctx != nil {
				err := ctx.Log.Debug(fmt.Sprintf("Registering resource [%v]", kvp.Key.Value), &pulumi.LogArgs{})
				if err != nil {
					return returnDiags()
				}
			}
`,
        "",
      ],
    ],
  },
};

export const yamlHostPatches: readonly ModulePatch[] = [leanState, schemaFile, fewerQuestions];
