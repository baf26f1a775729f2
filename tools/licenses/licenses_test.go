package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mit = `MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy of this
software and associated documentation files (the "Software"), to deal in the Software
without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons
to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR
PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.
`

const gpl = `This program is free software: you can redistribute it and/or modify it under the terms
of the GNU General Public License as published by the Free Software Foundation, either
version 3 of the License, or (at your option) any later version.

This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY;
without even the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.
See the GNU General Public License for more details.

You should have received a copy of the GNU General Public License along with this program.
If not, see <https://www.gnu.org/licenses/>.
`

// TestRun looks at a module that depends on another, whose files differ.
func TestRun(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  []string // of each a part of the error; none: all is well
	}{
		"an allowed license": {map[string]string{"LICENSE": mit}, nil},
		"another spelling":   {map[string]string{"licence.md": mit}, nil},
		"none":               {map[string]string{"README.md": mit}, []string{"example.com/dep v1.2.3 has no file with a license"}},
		"only below":         {map[string]string{"inner/LICENSE": mit}, []string{"example.com/dep v1.2.3 has no file with a license"}},
		"GPL":                {map[string]string{"COPYING": gpl}, []string{"example.com/dep v1.2.3, COPYING: GPL-3.0", "isn't among the licenses that are allowed"}},
		"GPL beside another": {map[string]string{"LICENSE": mit, "inner/LICENSE.txt": gpl}, []string{"example.com/dep v1.2.3, inner/LICENSE.txt: GPL-3.0"}},
		"an unknown text":    {map[string]string{"LICENSE": "All rights reserved, ask us."}, []string{"LICENSE: this isn't a license that is known: 0% of it are"}},
		"more than a license": {
			map[string]string{"LICENSE": mit + strings.Repeat("You must not use it on Sundays. ", 30)},
			[]string{"LICENSE: this isn't a license that is known"},
		},
		"where nothing is imported from": {map[string]string{"LICENSE": mit, "unused/COPYING": gpl, "unused/unused.go": "package unused\n"}, nil},
		"only a test on Windows imports it": {
			map[string]string{"LICENSE": mit, "rare/COPYING": gpl, "rare/rare.go": "package rare\n"},
			[]string{"rare/COPYING: GPL-3.0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name, text string) {
				t.Helper()
				file := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			write("go.mod", "module example.com/own\n\ngo 1.26\n\nrequire example.com/dep v1.2.3\n\nreplace example.com/dep => ./dep\n")
			write("cmd/own/main.go", "package main\n\nimport _ \"example.com/dep/inner\"\n\nfunc main() {}\n")
			write("dep/go.mod", "module example.com/dep\n\ngo 1.26\n")
			write("dep/inner/inner.go", "package inner\n")
			for name, text := range tc.files {
				write("dep/"+name, text)
				if strings.HasPrefix(name, "rare/") {
					write("cmd/own/main_windows_test.go", "package main\n\nimport _ \"example.com/dep/rare\"\n")
				}
			}
			out := filepath.Join(dir, "out", "licenses.txt")
			err := run(dir, out)
			text, _ := os.ReadFile(out)
			if len(tc.want) > 0 {
				for _, want := range tc.want {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("got %v, want an error with %q", err, want)
					}
				}
				if text != nil {
					t.Error("the licenses are written nevertheless")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"Go's standard library", "\nexample.com/dep v1.2.3, ", "Copyright (c) 2026 Somebody"} {
				if !strings.Contains(string(text), want) {
					t.Errorf("the written licenses lack %q", want)
				}
			}
		})
	}
}

// TestNotices: what Apache's license wants to be kept is written.
func TestNotices(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"LICENSE": mit, "NOTICE.txt": "This has parts of Somebody's.\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	m := module{path: "example.com/dep", version: "v1.2.3", dir: dir}
	if err := m.look(dir, map[string]bool{}); err != nil {
		t.Fatal(err)
	}
	if err := m.judge(); err != nil {
		t.Error(err)
	}
	out := filepath.Join(t.TempDir(), "licenses.txt")
	if err := write(out, []module{m}); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(out); !strings.Contains(string(text), "example.com/dep v1.2.3, NOTICE.txt\n") || !strings.Contains(string(text), "parts of Somebody's") {
		t.Error("the notice isn't written")
	}
}
