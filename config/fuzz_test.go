package config_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/config"
)

// FuzzParse looks for texts that make the parser panic, that pass though they
// are no JSON, or that fail without saying where.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/fuzz-seeds/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "prod")
	}
	f.Fuzz(func(t *testing.T, data []byte, stage string) {
		if _, err := config.Parse([]byte("{}"), config.Options{Stage: stage}); err != nil {
			return // it is the stage's name, which has no line
		}
		s, err := config.Parse(data, config.Options{Stage: stage})
		if err != nil {
			mistake := (*config.Mistake)(nil)
			if !errors.As(err, &mistake) || mistake.Line < 1 || mistake.Message == "" {
				t.Fatalf("an error without a line: %v", err)
			}
			return
		}
		if !json.Valid([]byte(trimMark(data))) {
			t.Fatalf("passed, but is no JSON: %q", data)
		}
		for _, f := range append(functions(s), s.Defaults) {
			if f.Timeout < 1 || f.MemorySize < 128 {
				t.Fatalf("a function out of bounds: %+v", f)
			}
		}
	})
}

func functions(s *config.Stage) (list []config.Function) {
	for name := range s.Functions {
		list = append(list, s.Function(name))
	}
	return list
}

func trimMark(data []byte) string {
	if s := string(data); len(s) >= 3 && s[:3] == "\ufeff" {
		return s[3:]
	}
	return string(data)
}
