// Generates the SDKs of a package from its schema, which it validates first: sdk-generator SCHEMA FOLDER [LANGUAGE...]
//
// It stands for `pulumi package gen-sdk`, which needs language hosts that are not Go modules of their own.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/blang/semver"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "bitbucket-as-code"

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: sdk-generator SCHEMA FOLDER [nodejs|python|go ...]"))
	}
	languages := os.Args[3:]
	text, err := os.ReadFile(os.Args[1])
	fail(err)
	for _, language := range languages {
		files, err := generate(language, bind(text))
		fail(err)
		for name, content := range files {
			path := filepath.Join(os.Args[2], language, name)
			fail(os.MkdirAll(filepath.Dir(path), 0o755))
			fail(os.WriteFile(path, content, 0o600))
		}
		fmt.Printf("%s: %d files\n", language, len(files))
	}
	if len(languages) == 0 {
		pkg := bind(text)
		fmt.Printf("%s: %d resources, %d functions\n", pkg.Name, len(pkg.Resources), len(pkg.Functions))
	}
}

// bind validates the schema: what the engine's metaschema and the binder refuse ends the program.
func bind(text []byte) *schema.Package {
	var spec schema.PackageSpec
	fail(json.Unmarshal(text, &spec))
	pkg, diagnostics, err := schema.BindSpec(spec, noLoader{}, schema.ValidationOptions{})
	for _, diagnostic := range diagnostics {
		fmt.Fprintln(os.Stderr, diagnostic.Error())
	}
	fail(err)
	if diagnostics.HasErrors() {
		os.Exit(1)
	}
	return pkg
}

func generate(language string, pkg *schema.Package) (map[string][]byte, error) {
	loader := noLoader{}
	switch language {
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, loader)
	case "python":
		return python.GeneratePackage(tool, pkg, nil, loader)
	case "go":
		return gogen.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("no generator for %q", language)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// noLoader refuses to load other packages: the schema refers to none.
type noLoader struct{}

func (noLoader) LoadPackage(pkg string, _ *semver.Version) (*schema.Package, error) {
	return nil, other(pkg)
}

func (noLoader) LoadPackageV2(_ context.Context, d *schema.PackageDescriptor) (*schema.Package, error) {
	return nil, other(d.Name)
}

func (noLoader) LoadPackageReference(pkg string, _ *semver.Version) (schema.PackageReference, error) {
	return nil, other(pkg)
}

func (noLoader) LoadPackageReferenceV2(
	_ context.Context, d *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return nil, other(d.Name)
}

func other(pkg string) error {
	return fmt.Errorf("the schema refers to the package %q: only its own types are generated", pkg)
}
