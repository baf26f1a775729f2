// Command licenses looks at the licenses of what a module depends on:
//
//	licenses [-o FILE] FOLDER
//
// FOLDER is the module's root. Every module of others that one of its packages or tests
// imports, on Linux, macOS or Windows, has to have a file with a license, and that, as
// any other beside a package that is imported, has to be a text that is known for a
// license of the list in allowed. The command exits with 1 if that isn't so, and says
// which module and which file.
//
// With -o it writes the licenses and notices of all that the module's commands link, Go's
// own library included. They ask to go where the compiled commands go.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	file := flag.String("o", "", "where to write the licenses of what ./cmd/... links")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: licenses [-o FILE] FOLDER")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *file); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(folder, file string) error {
	modules, err := dependencies(folder, "-test", "./...")
	if err != nil {
		return err
	}
	texts := 0
	var problems []error
	for _, m := range modules {
		texts += len(m.texts)
		problems = append(problems, m.judge())
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	fmt.Printf("%d modules, %d licenses: all are allowed\n", len(modules), texts)
	if file == "" {
		return nil
	}
	linked, err := dependencies(folder, "./cmd/...")
	if err != nil {
		return err
	}
	return write(file, linked)
}
