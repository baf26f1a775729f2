package load

import (
	"context"
	"os"

	"github.com/chalice-go/chalice/internal/golist"
)

// Exports finds the files that the compiler wrote about packages, in the go command's
// build cache.
type Exports struct {
	// Run runs the go command for the target that the packages are compiled for, and Flags
	// are those of the build.
	Run   golist.Run
	Flags []string
	// Before is called before the go command runs, which compiles what isn't compiled yet,
	// and what it returns at the end. Nil: nobody wants to know.
	Before func(ctx context.Context) (end func(error), err error)
	// Table has the files of earlier runs. Nil: there is none.
	Table *Table

	asked map[string]string // what the go command has said; empty: there is none
}

// Find returns the files of packages. One without a file doesn't compile.
func (e *Exports) Find(ctx context.Context, paths []string) (map[string]string, error) {
	found := map[string]string{}
	var missing []string
	for _, path := range paths {
		file, asked := e.asked[path]
		if !asked {
			file = e.Table.file(path)
		}
		if file == "" && !asked {
			missing = append(missing, path)
		}
		found[path] = file
	}
	if len(missing) == 0 {
		return found, nil
	}
	if err := e.ask(ctx, missing); err != nil {
		return nil, err
	}
	for _, path := range missing {
		found[path] = e.asked[path]
	}
	return found, nil
}

// ask asks the go command.
func (e *Exports) ask(ctx context.Context, paths []string) (err error) {
	if e.Before != nil {
		end, err := e.Before(ctx)
		if err != nil {
			return err
		}
		defer func() { end(err) }()
	}
	list, err := golist.Find(ctx, e.Run, append([]string{"-export"}, e.Flags...), paths...)
	if err != nil {
		return err
	}
	if e.asked == nil {
		e.asked = map[string]string{}
	}
	for _, path := range paths {
		e.asked[path] = ""
		if p := list.Package(path); p != nil {
			e.asked[path] = p.Export
		}
	}
	e.Table.add(list, paths)
	return nil
}

// Distrust says that a package's file can't be read. It reports whether there can be
// another one, because the go command hasn't been asked.
func (e *Exports) Distrust(path string) bool {
	if _, asked := e.asked[path]; asked {
		e.asked[path] = ""
		return false
	}
	e.Table.forget(path)
	return true
}

// exists reports whether there is a file.
func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
