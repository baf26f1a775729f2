package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// chalice runs the command, and returns its results.
func chalice(t *testing.T, args ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	if status := run(context.Background(), args, &out, &err); status != 0 {
		t.Fatalf("chalice %v: exit status %d\n%s%s", args, status, &out, &err)
	}
	return out.String()
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestHelp: every command says what it does, and shows how.
func TestHelp(t *testing.T) {
	root := newRoot()
	if len(root.Commands()) == 0 {
		t.Fatal("there are no commands")
	}
	for _, c := range root.Commands() {
		if c.Short == "" || !strings.Contains(c.Example, "chalice "+c.Name()) {
			t.Errorf("%s: the help has no summary or no example", c.CommandPath())
		}
	}
}
