package dispatch

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Start runs the program as what it was started for, and ends it:
//
//   - With CHALICE_MODEL=file in its environment, it writes the app's model to
//     that file, or what is wrong with the app.
//   - In Lambda, it answers the events of one of the app's functions.
//   - Otherwise it says how it is meant to be run.
//
// A main function does nothing else.
func Start(a *app.App) {
	os.Exit(start(a, environment{os.Getenv, os.Setenv, os.Stdout, os.Stderr, lambdaLoop{}}))
}

// environment is what the program runs in.
type environment struct {
	get            func(name string) string
	set            func(name, value string) error
	stdout, stderr io.Writer
	loop           loop
}

// start gives the program's exit status.
func start(a *app.App, env environment) int {
	if a == nil {
		fmt.Fprintln(env.stderr, "dispatch.Start needs an app: dispatch.Start(newApp())")
		return 1
	}
	if file := env.get("CHALICE_MODEL"); file != "" {
		return describe(a, file, env.stderr)
	}
	registry, err := a.Registry()
	if err != nil {
		fmt.Fprintln(env.stderr, err)
		return 1
	}
	if env.get("AWS_LAMBDA_RUNTIME_API") == "" {
		fmt.Fprintf(env.stderr, "%s is an app for AWS Lambda, which starts this program there: use \"chalice package OUT\" to build it\n", registry.Name())
		return 1
	}
	if err := serve(registry, env); err != nil {
		fmt.Fprintln(env.stderr, err)
		return 1
	}
	return 0
}

// serve answers events until Lambda stops the program.
func serve(registry *app.Registry, env environment) error {
	name := env.get("_HANDLER")
	h, err := handler(registry, name)
	if err != nil {
		return fmt.Errorf("_HANDLER: %w", err)
	}
	if err := env.set("AWS_EXECUTION_ENV", executionEnvironment(env.get("AWS_EXECUTION_ENV"))); err != nil {
		return err
	}
	log := newRequestLog(env.stdout, logLevel(env.get("AWS_LAMBDA_LOG_LEVEL"), registry.Debug()), name)
	slog.SetDefault(slog.New(log))
	return env.loop.run(log.watch(h))
}

// executionEnvironment adds this library to what AWS SDKs call themselves.
func executionEnvironment(old string) string {
	if old == "" {
		old = "AWS_Lambda"
	}
	return old + " chalice-go/" + version()
}

const module = "github.com/chalice-go/chalice"

// version is that of this library in the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range append(info.Deps, &info.Main) {
			if dependency.Path == module && dependency.Version != "" {
				return strings.Trim(dependency.Version, "()")
			}
		}
	}
	return "devel"
}

// describe writes the app's model, or its mistakes, and gives the program's
// exit status.
func describe(a *app.App, file string, stderr io.Writer) int {
	registry, err := a.Registry()
	var mistakes app.Mistakes
	var data []byte
	switch {
	case err == nil:
		data, err = registry.Model().JSON()
	case errors.As(err, &mistakes):
		fmt.Fprintln(stderr, mistakes)
		data, err = mistakes.JSON()
	}
	if err == nil {
		err = writeFile(file, data)
	}
	if err != nil {
		fmt.Fprintf(stderr, "describe the app: %v\n", err)
	}
	if err != nil || mistakes != nil {
		return 1
	}
	return 0
}

// writeFile writes a file that is there as a whole or not at all.
func writeFile(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".chalice-model-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
