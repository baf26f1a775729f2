package docstest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Page is a page of documentation.
type Page struct {
	Path   string
	Lines  []string // all of them, without line ends
	Blocks []Block
	// Folder is where the page runs, in a copy of the checkout; empty: in an empty folder.
	Folder string
	// Reference: its untitled blocks are no excerpts of the project it runs in.
	Reference bool
}

// Block is a block of code of a page.
type Block struct {
	Line     int // of the first line of Text, from 1
	Language string
	Title    string
	Indent   string // before each line
	Text     string // without Indent; each line has its end
}

// Lines returns the lines of a block.
func (b Block) Lines() []string { return lines(b.Text) }

// lines splits a text into lines without their ends.
func lines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

var (
	fence = regexp.MustCompile("^([ \t]*)(```+)[ \t]*([\\w+-]*)(.*)$")
	title = regexp.MustCompile(`\btitle="([^"]*)"`)
)

// Read reads a page.
func Read(path string) (*Page, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, string(data))
}

// ReadAll reads the pages of all files that match a pattern of package filepath.
func ReadAll(patterns ...string) (all []*Page, err error) {
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			page, err := Read(file)
			if err != nil {
				return nil, err
			}
			all = append(all, page)
		}
	}
	return all, nil
}

// Parse finds the fenced blocks of a page.
func Parse(path, text string) (*Page, error) {
	p := &Page{Path: path, Lines: lines(text)}
	for i := 0; i < len(p.Lines); i++ {
		b, end, ok := opens(p.Lines[i])
		if !ok {
			continue
		}
		b.Line = i + 2
		var body strings.Builder
		for i++; ; i++ {
			if i == len(p.Lines) {
				return nil, fmt.Errorf("%s:%d: the block has no end", path, b.Line-1)
			}
			line := p.Lines[i]
			if strings.TrimSpace(line) == end {
				break
			}
			body.WriteString(strings.TrimPrefix(line, b.Indent) + "\n")
		}
		b.Text = body.String()
		p.Blocks = append(p.Blocks, b)
	}
	return p, nil
}

// opens reports whether a line is the first of a block, and returns how the block ends.
func opens(line string) (b Block, end string, ok bool) {
	if m := fence.FindStringSubmatch(line); m != nil && !strings.Contains(m[4], "`") {
		b.Indent, end, b.Language = m[1], m[2], m[3]
		if t := title.FindStringSubmatch(m[4]); t != nil {
			b.Title = t[1]
		}
		return b, end, true
	}
	return b, "", false
}

// Code is code within a text.
type Code struct {
	Line int
	Text string
}

var inline = regexp.MustCompile("`([^`]+)`")

// Code returns the code within the page's texts.
func (p *Page) Code() (all []Code) {
	for i, line := range p.text() {
		for _, m := range inline.FindAllStringSubmatch(line, -1) {
			all = append(all, Code{i + 1, m[1]})
		}
	}
	return all
}

// text returns the lines of the page, of which those in blocks are empty.
func (p *Page) text() []string {
	text := slices.Clone(p.Lines)
	for _, b := range p.Blocks {
		for i := range b.Lines() {
			text[b.Line-1+i] = ""
		}
	}
	return text
}
