package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// TestReadme packages the app of the README, and compares what the command
// prints with what is printed there.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(data)
	t.Chdir(t.TempDir())
	chalice(t, "new-project", "helloworld")
	t.Chdir("helloworld")
	write(t, "main.go", fenced(t, readme, "go"))
	write(t, ".chalice/config.json", fenced(t, readme, "json"))

	for line := range strings.Lines(chalice(t, "package", "out")) {
		if !strings.Contains(readme, "\n    "+line) {
			t.Errorf("the README doesn't have this line of what the command prints: %s", line)
		}
	}
}

// TestReadmePolicy runs the example of gen-policy where a reader is by then: in the
// new project's folder, within the checkout.
func TestReadmePolicy(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(data), "\n    $ chalice gen-policy ")
	command, rest, ok2 := strings.Cut(block, "\n")
	if !ok || !ok2 {
		t.Fatal("the README has no example of gen-policy")
	}
	want := ""
	for line := range strings.Lines(rest) {
		text, ok := strings.CutPrefix(line, "    ")
		if !ok {
			break
		}
		want += text
	}
	t.Chdir("../../examples/helloworld")                                       // in which new-project's helloworld has the same neighbours ...
	args := strings.Fields(strings.ReplaceAll(command, "../examples/", "../")) // ... but for this
	got := chalice(t, append([]string{"gen-policy"}, args...)...)
	if !strings.HasPrefix(got, want) || want == "" {
		t.Errorf("the README has\n%s\nand the command prints\n%s", want, got)
	}
}

// chalice runs the command, and returns what a terminal would show.
func chalice(t *testing.T, args ...string) string {
	t.Helper()
	var printed bytes.Buffer
	if status := run(context.Background(), args, &printed, &printed); status != 0 {
		t.Fatalf("chalice %v: exit status %d\n%s", args, status, &printed)
	}
	return printed.String()
}

// fenced returns the first block of code in a language.
func fenced(t *testing.T, text, language string) string {
	t.Helper()
	_, block, ok := strings.Cut(text, "\n```"+language+"\n")
	block, _, ok2 := strings.Cut(block, "```\n")
	if !ok || !ok2 {
		t.Fatalf("the README has no block of %s", language)
	}
	return block
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
