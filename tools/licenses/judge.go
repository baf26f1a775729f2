package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are licenses by SPDX's names that ask for no more than to be named. One that is
// to come in here has to allow programs of any license.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"}

// read are files with names of licenses that are none, by what they say: somebody has read
// them. A new text has to be read again.
var read = []string{
	// aws-lambda-go's LICENSE-SUMMARY: what is under Apache-2.0 there, and what under MIT-0.
	"00c31061d11a7d289e3f5ac49f58b0d5cffdd9d1d24a9ee4c9848354356386bc",
}

// enough is how much of a file has to be the text of licenses, in percent. The rest is
// names, or a list of what else is in the module.
const enough = 75

func (m module) judge() error {
	if !slices.ContainsFunc(m.texts, func(name string) bool { return filepath.Dir(name) == "." }) {
		return fmt.Errorf("%s %s has no file with a license", m.path, m.version)
	}
	var problems []error
	for _, name := range m.texts {
		text, err := os.ReadFile(filepath.Join(m.dir, name))
		if err != nil {
			return err
		}
		if problem := judge(text); problem != "" {
			problems = append(problems, fmt.Errorf("%s %s, %s: %s", m.path, m.version, filepath.ToSlash(name), problem))
		}
	}
	return errors.Join(problems...)
}

// judge says what is wrong with the text of a license, or nothing.
func judge(text []byte) string {
	if slices.Contains(read, fmt.Sprintf("%x", sha256.Sum256(text))) {
		return ""
	}
	found := licensecheck.Scan(text)
	var others []string
	for _, m := range found.Match {
		if !m.IsURL && !slices.Contains(allowed, m.ID) && !slices.Contains(others, m.ID) {
			others = append(others, m.ID)
		}
	}
	switch {
	case len(others) > 0:
		return strings.Join(others, ", ") + " isn't among the licenses that are allowed: " + strings.Join(allowed, ", ")
	case found.Percent < enough:
		return fmt.Sprintf("this isn't a license that is known: %.0f%% of it are", found.Percent)
	}
	return ""
}
