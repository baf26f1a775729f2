package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"hash"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/policy/sdk"
	"github.com/chalice-go/chalice/internal/policy/seen"
)

// ShapeOf returns a digest of what a file of source tells an analysis that has looked at some
// texts of it, empty if the file isn't Go. Files with the same are the same to it: they
// differ in spaces and comments within lines, and in texts that it hasn't looked at and that
// can't have decided over anything else. What a text stands for is decided by the type
// checker where it is part of a larger constant, and otherwise only at run time.
func ShapeOf(data []byte, texts *seen.Texts) string {
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "", data, parser.SkipObjectResolution)
	if err != nil {
		return ""
	}
	end := syntax.Name.End()
	for _, i := range syntax.Imports {
		end = max(end, i.End())
	}
	s := shape{h: sha256.New(), file: fset.File(syntax.FileStart), loose: looseTexts(syntax), texts: texts}
	// Constraints and cgo are in comments before the end of the imports.
	s.h.Write(data[:s.file.Offset(end)])
	fmt.Fprintf(s.h, "\n%t %t\n", sdk.OtherInText(string(data)) != nil, commandInSource().Match(data)) // see goesAnotherWay
	s.addTokens(data, end)
	return hex.EncodeToString(s.h.Sum(nil))
}

// shape makes the digest of a file's shape.
type shape struct {
	h     hash.Hash
	file  *token.File
	loose map[token.Pos]string
	texts *seen.Texts
}

// addTokens adds what stands in the file after a position, with the lines that it is in.
func (s *shape) addTokens(data []byte, after token.Pos) {
	// The scanner notes lines in a file of its own, with the same positions.
	fset := token.NewFileSet()
	file := fset.AddFile("", s.file.Base(), s.file.Size())
	var all scanner.Scanner
	all.Init(file, data, nil, scanner.ScanComments)
	for {
		pos, tok, text := all.Scan()
		switch {
		case tok == token.EOF:
			return
		case pos < after || tok == token.COMMENT && !counts(text):
			continue
		case tok == token.STRING && s.isOpen(pos):
			text = "any"
		}
		fmt.Fprintf(s.h, "%d %d %q\n", s.file.PositionFor(pos, false).Line, tok, text)
	}
}

// isOpen reports whether there can be another text at a position.
func (s *shape) isOpen(pos token.Pos) bool {
	text, loose := s.loose[pos]
	return loose && !s.texts.Matters(text) && !showsCall(text)
}

// counts reports whether a comment may be a directive.
func counts(comment string) bool {
	text, ofLine := strings.CutPrefix(comment, "//")
	return !ofLine || text != "" && text[0] != ' ' && text[0] != '\t'
}

// looseTexts returns the texts of a file by their places that are no part of a larger
// constant, nor of a type, and that no other text has to differ from.
func looseTexts(file *ast.File) map[token.Pos]string {
	loose := map[token.Pos]string{}
	var outer []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			outer = outer[:len(outer)-1]
			return true
		}
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING && isLoose(l, outer) {
			if text, err := strconv.Unquote(l.Value); err == nil {
				loose[l.Pos()] = text
			}
		}
		outer = append(outer, n)
		return true
	})
	return loose
}

// isLoose looks at what an expression is in, from the inside. A call may be a conversion,
// which makes a constant of one.
func isLoose(child ast.Node, outer []ast.Node) bool {
	for i := len(outer) - 1; i >= 0; i-- {
		switch n := outer[i].(type) {
		case *ast.ParenExpr:
		case *ast.CallExpr:
			if isBuiltin(n.Fun) {
				return false
			}
		case *ast.SelectorExpr, *ast.CompositeLit, *ast.ReturnStmt, *ast.ExprStmt, *ast.GoStmt, *ast.DeferStmt, *ast.SendStmt, *ast.IfStmt:
			return true
		case *ast.KeyValueExpr:
			return n.Value == child
		case *ast.UnaryExpr:
			return n.Op == token.NOT
		case *ast.BinaryExpr:
			return n.Op == token.LAND || n.Op == token.LOR
		case *ast.AssignStmt:
			return true
		case *ast.ValueSpec:
			decl, ok := outer[i-1].(*ast.GenDecl)
			return ok && decl.Tok == token.VAR
		default:
			return false
		}
		child = outer[i]
	}
	return false
}

// isBuiltin reports whether a function may be one of Go's own, some of which make constants
// of constants.
func isBuiltin(fun ast.Expr) bool {
	id, ok := ast.Unparen(fun).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = types.Universe.Lookup(id.Name).(*types.Builtin)
	return ok
}
