package dispatch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/chalice-go/chalice/app"
)

// Start does what the program was started for, and ends it:
//
//   - In Lambda, where AWS_LAMBDA_RUNTIME_API is set, it answers the events of
//     one of the app's functions, whatever else its environment holds.
//   - With CHALICE_MODEL=file in its environment, it writes the app's model to
//     that file, or what is wrong with the app.
//   - Otherwise it says how it is meant to be run.
//
// It doesn't return: what a main function does besides, it does before.
func Start(a *app.App) { os.Exit(start(a)) }

// start returns the program's exit status.
func start(a *app.App) int {
	if address := os.Getenv("AWS_LAMBDA_RUNTIME_API"); address != "" {
		return serve(a, address, os.Getenv("_HANDLER"))
	}
	if file := os.Getenv(app.ModelVariable); file != "" && a != nil {
		return describe(a, file)
	}
	registry, err := registryOf(a)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintf(os.Stderr, "%s is an app for AWS Lambda, which starts this program there: use \"chalice package OUT\" to build it for that, and \"chalice local\" to run it here\n", registry.Name())
	return 1
}

func registryOf(a *app.App) (*app.Registry, error) {
	if a == nil {
		return nil, errors.New("dispatch.Start needs an app: dispatch.Start(newApp())")
	}
	return a.Registry()
}

// serve answers the events of one of the app's functions until the process has
// to end, and returns its exit status. It logs why, as everything else is
// logged.
func serve(a *app.App, address, function string) int {
	registry, err := registryOf(a)
	log := setLoggers(function, os.Getenv("AWS_LAMBDA_LOG_LEVEL"), err == nil && registry.Debug())
	var l loop
	if err == nil {
		l, err = newLoop(registry, address, function)
	}
	if err != nil {
		failInit(address, err)
		return 1
	}
	l.handler = log.watch(l.handler)
	err = l.run()
	slog.Log(context.Background(), endLevel(context.Background()), "the process ends", "error", err.Error())
	return 1
}

// newLoop makes the loop that answers the events of one of the app's functions.
func newLoop(registry *app.Registry, address, function string) (loop, error) {
	h, err := newHandler(registry, function)
	if err != nil {
		return loop{}, fmt.Errorf("_HANDLER: %w", err)
	}
	directory, err := syscall.Getwd() // of os, it would link the reading of folders
	if err != nil {
		return loop{}, err
	}
	if err := os.Setenv("AWS_EXECUTION_ENV", executionEnvironment(os.Getenv("AWS_EXECUTION_ENV"))); err != nil {
		return loop{}, err
	}
	return loop{h, address, directory}, nil
}

// executionEnvironment adds this library to the name by which AWS SDKs call
// themselves.
func executionEnvironment(old string) string {
	if old == "" {
		old = "AWS_Lambda"
	}
	return old + " chalice-go/" + version()
}

const module = "github.com/chalice-go/chalice"

// version returns the version of this library in the program.
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

// describe writes the app's model, with its mistakes if it has some, and
// returns the program's exit status.
func describe(a *app.App, file string) int {
	model := a.Describe()
	if model.Mistakes != nil {
		fmt.Fprintln(os.Stderr, model.Mistakes)
	}
	data, err := model.JSON()
	if err == nil {
		err = writeFile(file, data)
	}
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err // the file's name says nothing to a user
		}
		fmt.Fprintf(os.Stderr, "describe the app: %v\n", err)
	}
	if err != nil || model.Mistakes != nil {
		return 1
	}
	return 0
}

// writeFile writes a file as a whole or not at all. Nobody else writes it.
func writeFile(name string, data []byte) error {
	unfinished := name + ".unfinished"
	err := os.WriteFile(unfinished, data, 0o600)
	if err == nil {
		err = os.Rename(unfinished, name)
	}
	if err != nil {
		_ = os.Remove(unfinished) // which may not be there
	}
	return err
}
