package source

import (
	"go/token"
	"path/filepath"
	"strings"
)

// Position returns a place with its file relative to its module's root.
func (p *Program) Position(pos token.Pos) (file string, line int) {
	at := p.Fset.Position(pos)
	return p.Relative(at.Filename), at.Line
}

// Relative shortens the names of files of the program's modules in a text.
func (p *Program) Relative(text string) string {
	short, ok := p.files[text]
	if !ok {
		short = p.shorten(text)
		p.files[text] = short
	}
	return short
}

func (p *Program) shorten(text string) string {
	if p.Main.Module != nil && p.Main.Module.Dir != "" {
		text = strings.ReplaceAll(text, p.Main.Module.Dir+string(filepath.Separator), "")
	}
	for _, l := range p.Packages {
		m := l.Module
		if m == nil || m.Dir == "" || !strings.Contains(text, m.Dir+string(filepath.Separator)) {
			continue
		}
		text = strings.ReplaceAll(text, m.Dir+string(filepath.Separator), m.Path+"/")
	}
	return filepath.ToSlash(text)
}

// cutPosition takes file:line:column apart.
func cutPosition(pos string) (file, line string, ok bool) {
	before, _, found := cutLast(pos)
	file, line, ok = cutLast(before)
	return file, line, found && ok
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}
