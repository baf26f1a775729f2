package action_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The command of the fake releases is a script, so that it runs here for every system.
const command = "#!/bin/sh\necho chalice 0.1.0, on $0\n"

// TestAction runs the step of action.yml as a runner would, with releases on loopback.
func TestAction(t *testing.T) {
	for name, tc := range map[string]struct {
		version, os, arch string
		spoil             func(files map[string][]byte)
		want              string // part of an error; empty: it is installed
	}{
		"the newest":         {"latest", "Linux", "X64", nil, ""},
		"a version":          {"0.1.0", "Linux", "ARM64", nil, ""},
		"a tag":              {"v0.1.0", "macOS", "ARM64", nil, ""},
		"macOS on Intel":     {"latest", "macOS", "X64", nil, ""},
		"Windows":            {"latest", "Windows", "X64", nil, ""},
		"another program":    {"0.1.0", "Linux", "X64", replace, "::error title=chalice::chalice_0.1.0_linux_amd64.tar.gz isn't what the release has: its SHA-256 is "},
		"not in the list":    {"0.1.0", "Linux", "X64", unlist, "doesn't name chalice_0.1.0_linux_amd64.tar.gz"},
		"no archive":         {"0.1.0", "Linux", "X64", remove, "release v0.1.0 has no chalice_0.1.0_linux_amd64.tar.gz"},
		"no such release":    {"0.9.0", "Linux", "X64", nil, "there is no release v0.9.0"},
		"no version":         {"1.x; id", "Linux", "X64", nil, `"1.x; id" isn't a version`},
		"two lines":          {"0.1.0\r\n::add-path::/x", "Linux", "X64", nil, `::error title=chalice::"0.1.0  ::add-path::/x" isn't a version`},
		"another system":     {"latest", "Plan9", "X64", nil, "there is no chalice for the system Plan9"},
		"another processor":  {"latest", "Linux", "ARM", nil, "there is no chalice for the architecture ARM: it is made for X64 and ARM64"},
		"no release at all":  {"latest", "Linux", "X64", func(f map[string][]byte) { clear(f) }, "/latest can't be read"},
		"a path as version":  {"../../0.1.0", "Linux", "X64", nil, "isn't a version"},
		"a pre-release told": {"v0.1.0-rc.1", "Linux", "X64", nil, "there is no release v0.1.0-rc.1"},
	} {
		t.Run(name, func(t *testing.T) {
			files := release(t)
			if tc.spoil != nil {
				tc.spoil(files)
			}
			temp := t.TempDir()
			out, err := install(t, temp, serve(t, files), tc.version, tc.os, tc.arch)
			path, _ := os.ReadFile(filepath.Join(temp, "path"))
			if tc.want != "" {
				if err == nil || !strings.Contains(out, tc.want) {
					t.Errorf("got %v\n%s\nwant an error with %q", err, out, tc.want)
				}
				if len(path) > 0 {
					t.Errorf("%s is in PATH nevertheless", path)
				}
				return
			}
			folder := strings.TrimSpace(string(path))
			if want := filepath.Join(temp, "chalice-0.1.0"); err != nil || folder != want || !strings.Contains(out, "chalice 0.1.0, on ./chalice") {
				t.Fatalf("got %v, %q for PATH\n%s\nwant %q", err, folder, out, want)
			}
			if text, _ := os.ReadFile(filepath.Join(temp, "output")); string(text) != "version=0.1.0\n" {
				t.Errorf("the output is %q", text)
			}
			entries, err := os.ReadDir(folder)
			if err != nil || len(entries) != 1 {
				t.Errorf("beside the command there are %v, %v", entries, err)
			}
		})
	}
}

// TestDocumentedSteps: the steps with our action that pages show are such, and give inputs
// that it has.
func TestDocumentedSteps(t *testing.T) {
	data, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct{ Inputs map[string]any }
	if err := yaml.Unmarshal(data, &action); err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, pattern := range []string{"../../*.md", "../../docs/*.md", "../../docs/*/*.md"} {
		found, _ := filepath.Glob(pattern)
		pages = append(pages, found...)
	}
	shown := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(block[1], "chalice-go/chalice@") {
				continue
			}
			shown++
			var steps []struct {
				Uses string
				With map[string]string
			}
			known := yaml.NewDecoder(strings.NewReader(block[1]))
			known.KnownFields(true)
			if err := known.Decode(&steps); err != nil {
				t.Errorf("%s: %v, in\n%s", page, err, block[1])
			}
			for _, s := range steps {
				for name := range s.With {
					if _, ok := action.Inputs[name]; !ok {
						t.Errorf("%s: our action has no input %s", page, name)
					}
				}
			}
		}
	}
	if shown == 0 {
		t.Error("no page shows a step with our action")
	}
}

var yamlBlock = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")

const linux = "chalice_0.1.0_linux_amd64.tar.gz"

func replace(files map[string][]byte) { files[linux] = files["chalice_0.1.0_linux_arm64.tar.gz"] }
func remove(files map[string][]byte)  { delete(files, linux) }
func unlist(files map[string][]byte) {
	files["checksums.txt"] = bytes.ReplaceAll(files["checksums.txt"], []byte(linux), []byte("x"+linux))
}

// install runs what action.yml says, with the environment of a runner.
func install(t *testing.T, temp, releases, version, system, arch string) (string, error) {
	t.Helper()
	data, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Shell, Run string
				Env        map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(data, &action); err != nil {
		t.Fatal(err)
	}
	if len(action.Runs.Steps) != 1 || action.Inputs["version"].Default != "latest" {
		t.Fatalf("action.yml has another form: %+v", action)
	}
	step := action.Runs.Steps[0]
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(step.Shell, "-e", "-o", "pipefail", "-c", step.Run)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+root, "RUNNER_OS="+system, "RUNNER_ARCH="+arch, "RUNNER_TEMP="+temp,
		"GITHUB_PATH="+filepath.Join(temp, "path"), "GITHUB_OUTPUT="+filepath.Join(temp, "output"), "no_proxy=*")
	inputs := strings.NewReplacer("${{ inputs.version }}", version, "https://github.com/chalice-go/chalice/releases", releases)
	for name, value := range step.Env {
		value = inputs.Replace(value)
		if strings.Contains(value, "${{") {
			t.Fatalf("%s of action.yml is %s, which this test doesn't know", name, value)
		}
		c.Env = append(c.Env, name+"="+value)
	}
	out, err := c.CombinedOutput()
	return string(out), err
}

// release makes the files of a release, by name.
func release(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	var sums strings.Builder
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			name, data := "chalice_0.1.0_"+system+"_"+arch, []byte(nil)
			if system == "windows" {
				name, data = name+".zip", zipped(t, arch)
			} else {
				name, data = name+".tar.gz", tarred(t, arch)
			}
			files[name] = data
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
		}
	}
	files["checksums.txt"] = []byte(sums.String())
	return files
}

func tarred(t *testing.T, comment string) []byte {
	t.Helper()
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	archive := tar.NewWriter(packed)
	for name, text := range map[string]string{"README.md": comment, "chalice": command} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, comment string) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for name, text := range map[string]string{"README.md": comment, "chalice.exe": command} {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o755)
		file, err := archive.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// serve has the release as GitHub has: the page of the newest leads to one with its tag.
func serve(t *testing.T, files map[string][]byte) string {
	t.Helper()
	mux := http.NewServeMux()
	if len(files) > 0 {
		mux.HandleFunc("/latest", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/tag/v0.1.0", http.StatusFound)
		})
	}
	mux.HandleFunc("/tag/v0.1.0", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/download/v0.1.0/{name}", func(w http.ResponseWriter, r *http.Request) {
		data, ok := files[r.PathValue("name")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
