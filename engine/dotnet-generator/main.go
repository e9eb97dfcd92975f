// Generates the C# SDK of a package from its schema: dotnet-generator SCHEMA FOLDER
//
// The last version of Pulumi's module that holds the generator is older than that of the other languages.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if len(os.Args) != 3 {
		fail(fmt.Errorf("usage: dotnet-generator SCHEMA FOLDER"))
	}
	text, err := os.ReadFile(os.Args[1])
	fail(err)
	var spec schema.PackageSpec
	fail(json.Unmarshal(text, &spec))
	spec.LogoURL = serveLogo()
	pkg, diagnostics, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	fail(err)
	if diagnostics.HasErrors() {
		fail(diagnostics)
	}
	files, err := dotnet.GeneratePackage("bitbucket-as-code", pkg, nil, nil)
	fail(err)
	for name, content := range files {
		path := filepath.Join(os.Args[2], name)
		fail(os.MkdirAll(filepath.Dir(path), 0o755))
		fail(os.WriteFile(path, content, 0o600))
	}
	fmt.Printf("dotnet: %d files\n", len(files))
}

// serveLogo stands for the download of Pulumi's logo, which the generator makes otherwise: one transparent pixel.
func serveLogo() string {
	png, err := base64.StdEncoding.DecodeString(
		"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
	fail(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(to http.ResponseWriter, _ *http.Request) { _, _ = to.Write(png) }))
	}()
	return "http://" + listener.Addr().String()
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
