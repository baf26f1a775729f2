// Command demo shows the whole way from source to response: it packages
// examples/helloworld as chalice package does, and then invokes what was packaged
// as Lambda would. It has the packager in it, and not the whole command: the clients of
// AWS, which that needs to deploy, take longer to compile than all the rest.
//
//	examples/helloworld --package--> sam.yaml + deployment.zip
//	event of API Gateway --runtime API--> bootstrap from the zip --> response
//
// make demo runs it at the root of the module.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/lambdarun"
	packager "github.com/chalice-go/chalice/package"
)

const (
	project = "examples/helloworld"
	event   = "examples/helloworld/testdata/city.json"
	out     = "dist/demo"
)

// stages are the stages of the project whose programs run on this machine, by
// architecture.
var stages = map[string]string{"arm64": "dev", "amd64": "x86"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := demo(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func demo(ctx context.Context, w io.Writer) error {
	stage, ok := stages[runtime.GOARCH]
	if !ok || runtime.GOOS != "linux" {
		return fmt.Errorf("a package for Lambda doesn't run on %s/%s: this needs linux on arm64 or amd64", runtime.GOOS, runtime.GOARCH)
	}
	packed, err := pack(ctx, w, stage)
	if err != nil {
		return err
	}
	printResources(w, packed)
	dir, err := os.MkdirTemp("", "chalice-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err := unzip(packed.Zip, dir)
	if err != nil {
		return err
	}
	return call(ctx, w, program)
}

// pack packages the project for a stage.
func pack(ctx context.Context, w io.Writer, stage string) (packager.Output, error) {
	fmt.Fprintf(w, "as chalice package --project-dir %s --stage %s %s:\n", project, stage, out)
	packed, err := packager.Build(ctx, packager.Input{ProjectDir: project, Stage: stage, Out: out, Cache: packager.CacheDir(), Progress: os.Stderr})
	for _, warning := range packed.Warnings {
		fmt.Fprintln(os.Stderr, "warning:", warning)
	}
	if err != nil {
		return packed, err
	}
	if packed.Zip == "" {
		return packed, fmt.Errorf("%s has no functions", project)
	}
	_, err = fmt.Fprintf(w, "%s\n%s\n", packed.Template, packed.Zip)
	return packed, err
}

// printResources lists the resources in a template.
func printResources(w io.Writer, packed packager.Output) {
	fmt.Fprintf(w, "\nResources in %s:\n", packed.Template)
	for _, r := range packed.Resources {
		fmt.Fprintf(w, "  %-28s %s\n", r.ID, r.Type)
	}
}

// unzip extracts the program from an archive, with its mode.
func unzip(archive, dir string) (program string, err error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return "", fmt.Errorf("%s: %w", archive, err)
	}
	defer z.Close()
	if len(z.File) != 1 || z.File[0].Name != "bootstrap" {
		return "", fmt.Errorf("%s holds something else than bootstrap", archive)
	}
	r, err := z.File[0].Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	program = filepath.Join(dir, "bootstrap")
	f, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY|os.O_EXCL, z.File[0].Mode())
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, r)
	return program, errors.Join(err, f.Close())
}

// call sends the event to the program and prints the response.
func call(ctx context.Context, w io.Writer, program string) error {
	f, err := lambdarun.Start(ctx, lambdarun.Command{Path: program, Handler: app.RESTHandler, Stderr: os.Stderr})
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := os.ReadFile(event)
	if err != nil {
		return err
	}
	result, err := f.Invoke(ctx, data)
	if err != nil {
		return err
	}
	if result.Error != nil {
		return result.Error
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, result.Payload, "  ", "  "); err != nil {
		return fmt.Errorf("response %s: %w", result.Payload, err)
	}
	fmt.Fprintf(w, "\nbootstrap got %s and answered:\n  %s\n", event, &pretty)
	var response struct{ StatusCode int }
	if err := json.Unmarshal(result.Payload, &response); err != nil || response.StatusCode != 200 {
		return errors.New("that is not the answer of a route")
	}
	return nil
}
