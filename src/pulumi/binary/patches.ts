/** What is changed in the engine and the language host when they are built here, and why. */
import type { ModulePatch } from "./modulePatch";
import type { PatchedProgram } from "./patch";

/**
 * Of words that people use in passwords, by which `pulumi config set` sees that a value may be a secret: every start of
 * the engine read the lists, twice, which was more than half of it. They are read when they are asked for.
 */
const wordLists = (module: string): ModulePatch => ({
  module,
  files: {
    "frequency/frequency.go": [["func init() {", "// Load reads the lists.\nfunc Load() {"]],
    "matching/matching.go": [
      ["func init() {\n\tloadFrequencyList()\n}", "var load sync.Once"],
      [
        "\tif dictionaryMatchers == nil || adjacencyGraphs == nil {\n\t\tloadFrequencyList()\n\t}",
        "\tload.Do(loadFrequencyList)",
      ],
      [
        "\tfor n, list := range frequency.Lists {",
        "\tfrequency.Load()\n\tfor n, list := range frequency.Lists {",
      ],
      ['\t"sort"\n', '\t"sort"\n\t"sync"\n'],
    ],
  },
});

/**
 * To check a provider's arguments, the engine starts a process of the provider each time, a quarter of a second. This
 * package's provider, and the SDK's host of dynamic providers, which does not check any, do that as well where they are
 * configured already with the same arguments, as by a refresh.
 */
const configuredProvider: ModulePatch = {
  module: "github.com/pulumi/pulumi/pkg/v3",
  files: {
    "resource/deploy/providers/registry.go": [
      [
        "\t// TODO: We should thread checksums through here.\n\tprovider, err := loadParameterizedProvider(\n\t\tctx, name,",
        `	if configured, ok := r.configuredWith(req); ok {
		resp, err := configured.CheckConfig(ctx, plugin.CheckConfigRequest{
			URN:           req.URN,
			Olds:          resource.FromResourcePropertyMap(FilterProviderConfig(req.Olds)),
			News:          resource.FromResourcePropertyMap(FilterProviderConfig(req.News)),
			AllowUnknowns: true,
		})
		if len(resp.Failures) != 0 || err != nil {
			return plugin.CheckResponse{Failures: resp.Failures}, err
		}
		// Otherwise its arguments change, for which it takes a process that is not configured.
		if resource.ToResourcePropertyMap(resp.Properties).DeepEquals(FilterProviderConfig(req.Olds)) {
			return plugin.CheckResponse{Properties: req.Olds}, nil
		}
	}

	// TODO: We should thread checksums through here.
	provider, err := loadParameterizedProvider(
		ctx, name,`,
      ],
      [
        "// RegisterAliases informs the registry",
        `// configuredWith returns the provider if it is configured with the arguments that are to be checked.
func (r *Registry) configuredWith(req plugin.CheckRequest) (plugin.Provider, bool) {
	pkg := providers.GetProviderPackage(req.URN.Type())
	if pkg != "bitbucket-cloud" && pkg != "pulumi-nodejs" || !req.Olds.DeepEquals(req.News) {
		return nil, false
	}
	r.m.RLock()
	defer r.m.RUnlock()
	var found plugin.Provider
	for ref, provider := range r.providers {
		if ref.URN() != req.URN {
			continue
		}
		if found != nil || ref.ID() == UnconfiguredID || ref.ID() == UnknownID {
			return nil, false
		}
		found = provider
	}
	return found, found != nil
}

// RegisterAliases informs the registry`,
      ],
    ],
  },
};

/** A description of the stack for each call of a provider, for traces: made only where they are recorded. */
const recordedTraces: ModulePatch = {
  module: "github.com/pulumi/pulumi/sdk/v3",
  files: {
    "go/common/util/rpcutil/interceptor.go": [
      [
        '		span.SetAttributes(attribute.String("code.stacktrace", captureStackTrace(4)))\n\n\t\terr := invoker(',
        `		if span.IsRecording() {
			span.SetAttributes(attribute.String("code.stacktrace", captureStackTrace(4)))
		}

		err := invoker(`,
      ],
    ],
  },
};

export const engine: PatchedProgram = {
  module: "pulumi",
  packageName: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  patches: [
    // A log of everything in ~/.pulumi/logs, which has no switch, is a seventh of a preview.
    {
      file: "pulumi.go",
      from: "autoLogger, logErr = backendlogging.StartLogging(cmd.Context(), nil /* sm */, commandPath)",
      to: `if os.Getenv("PULUMI_AUTOMATIC_LOG") == "true" {
				autoLogger, logErr = backendlogging.StartLogging(cmd.Context(), nil /* sm */, commandPath)
			}`,
    },
  ],
  modules: [
    ...["github.com/nbutton23/zxcvbn-go", "github.com/ccojocar/zxcvbn-go"].map(wordLists),
    configuredProvider,
    recordedTraces,
  ],
};

export const languageHost: PatchedProgram = {
  module: "language-host",
  packageName: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  patches: [
    // The old host puts a proxy between program and engine, which drops what its protocol version does not know: for
    // example that something must not be protected.
    {
      file: "main.go",
      from: 'fmt.Sprintf("127.0.0.1:%d", handle.Port), pipes.directory())',
      to: "req.GetMonitorAddress(), pipes.directory())",
    },
    // Today's engine passes the runtime's options with a request, which the old host does not read.
    {
      file: "main.go",
      from: "	args := flag.Args()\n",
      to: `	if project, err := workspace.DetectProject(); err == nil {
		options := project.Runtime.Options()
		if value, ok := options["typescript"].(bool); ok {
			typescript = value
		}
		if value, ok := options["tsconfig"].(string); ok && tsconfigpath == "" {
			tsconfigpath = value
		}
		if value, ok := options["nodeargs"].(string); ok && nodeargs == "" {
			nodeargs = value
		}
	}

	args := flag.Args()
`,
    },
    {
      file: "main.go",
      from: '	"github.com/pulumi/pulumi/sdk/v3/go/common/version"\n',
      to: `	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
`,
    },
    // A pipe that is closed at the end is sometimes seen as an error after the answer was given: the host panicked.
    {
      file: "main.go",
      from: `	responseChannel := make(chan *pulumirpc.RunResponse)
	defer close(responseChannel)
`,
      to: "	responseChannel := make(chan *pulumirpc.RunResponse, 3)\n",
    },
    // Node is asked only where the module is not in a folder above.
    {
      file: "main.go",
      from: '	args := []string{"-e", fmt.Sprintf("console.log(require.resolve(\'%s\'));", mod)}\n',
      to: `	if dir, err := os.Getwd(); err == nil {
		for ; ; dir = filepath.Dir(dir) {
			file := filepath.Join(dir, "node_modules", filepath.FromSlash(mod), "index.js")
			if found, err := filepath.EvalSymlinks(file); err == nil {
				return found, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}

	args := []string{"-e", fmt.Sprintf("console.log(require.resolve('%s'));", mod)}
`,
    },
  ],
};
