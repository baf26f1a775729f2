// Command terraform judges Terraform modules in JSON without Terraform:
//
//	terraform WHEEL FOLDER...
//
// WHEEL is the wheel of cdktf-cdktf-provider-aws, the AWS provider's bindings for
// Python, which has the provider's whole schema in it. Each FOLDER has a folder
// for each module, whose files are those with names in .tf.json. The command exits
// with 1 if it finds no module, or in one
//
//   - a resource, data source, block or argument that the provider doesn't know,
//     one that it needs and that isn't there, or one in another form;
//   - a text that isn't a template of HCL;
//   - a reference to what the module doesn't have, or to an attribute that the
//     provider doesn't give;
//   - a version of the provider that this one isn't;
//   - a resource without tags that could have some, if not only functions have
//     chalice's own tag.
//
// What Terraform finds out only by asking the provider, such as values that it
// refuses and arguments that exclude each other, isn't found.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: terraform WHEEL FOLDER...")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "terraform:", err)
		os.Exit(1)
	}
}

// run judges the modules of the folders, and writes what it finds.
func run(out io.Writer, wheel string, folders []string) error {
	p, err := readWheel(wheel)
	if err != nil {
		return err
	}
	modules, resources, found := 0, 0, 0
	for _, folder := range folders {
		byFolder, err := modulesIn(folder)
		if err != nil {
			return err
		}
		for _, module := range slices.Sorted(maps.Keys(byFolder)) {
			j, err := p.judgeFiles(byFolder[module])
			if err != nil {
				return err
			}
			for _, problem := range j.problems {
				fmt.Fprintf(out, "%s: %s\n", module, problem)
			}
			modules, resources, found = modules+1, resources+j.resources, found+len(j.problems)
		}
	}
	fmt.Fprintf(out, "%d modules with %d resources and data sources: %d mistakes, by the AWS provider %s\n", modules, resources, found, p.version)
	if found > 0 {
		return fmt.Errorf("%d mistakes", found)
	}
	return nil
}

// modulesIn returns the files of the modules in the folders of a folder.
func modulesIn(folder string) (map[string][]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*", "*.tf.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no modules in the folders of %s", folder)
	}
	byFolder := map[string][]string{}
	for _, file := range files {
		byFolder[filepath.Dir(file)] = append(byFolder[filepath.Dir(file)], file)
	}
	return byFolder, nil
}
