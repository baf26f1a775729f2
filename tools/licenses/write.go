package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// write makes one file of the licenses and notices of modules, after Go's own.
func write(file string, modules []module) error {
	var b bytes.Buffer
	b.WriteString("The command chalice contains the following modules of others, under these licenses.\n")
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("find Go's own license: %w", err)
	}
	if err := add(&b, "Go's standard library", filepath.Join(strings.TrimSpace(string(root)), "LICENSE")); err != nil {
		return err
	}
	for _, m := range modules {
		for _, name := range append(m.texts, m.notices...) {
			title := fmt.Sprintf("%s %s, %s", m.path, m.version, filepath.ToSlash(name))
			if err := add(&b, title, filepath.Join(m.dir, name)); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o666)
}

func add(b *bytes.Buffer, title, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	line := strings.Repeat("=", 80)
	fmt.Fprintf(b, "\n%[1]s\n%[2]s\n%[1]s\n\n%[3]s\n", line, title, bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
	return nil
}
