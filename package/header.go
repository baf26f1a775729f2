package packager

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"slices"
)

// headerOf returns a digest of what the go command reads of a Go file to find out which
// packages there are and which files these have: the comments before the package clause,
// with its constraints, the clause, the imports, and which files it embeds. It is empty for
// a file that can't be read so.
func headerOf(name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, data, parser.ImportsOnly|parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return ""
	}
	h := sha256.New()
	// All up to the end of the imports: what a comment there says isn't told apart.
	end := file.Name.End()
	for _, d := range file.Decls {
		end = d.End()
	}
	h.Write(data[:fset.Position(end).Offset])
	for line := range bytes.Lines(data) {
		if slices.ContainsFunc(directives, func(d []byte) bool { return bytes.Contains(line, d) }) {
			fmt.Fprintf(h, "%q", line)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// directives are those that count wherever they are in a file.
var directives = [][]byte{[]byte("//go:embed"), []byte("//go:cgo"), []byte("#cgo")}
