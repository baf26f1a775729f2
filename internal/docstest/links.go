package docstest

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	// linked finds where links of a text lead, those that stand apart, and those in HTML.
	linked  = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^\[[^\]]+\]: (\S+)|\b(?:href|src)="([^"]+)"`)
	heading = regexp.MustCompile(`^#{1,6} +(.*?)(?: #+)?$`)
	anchor  = regexp.MustCompile(`<a (?:id|name)="([^"]+)"|\{ ?#([\w-]+) ?\}`)
	link    = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	unnamed = regexp.MustCompile(`[^\p{L}\p{N}\p{M} _-]`)
)

// Links returns where the links of a page lead.
func (p *Page) Links() (all []Code) {
	for i, line := range p.text() {
		if strings.HasPrefix(line, "    ") {
			continue
		}
		for _, m := range linked.FindAllStringSubmatch(inline.ReplaceAllString(line, ""), -1) {
			all = append(all, Code{i + 1, m[1] + m[2] + m[3]})
		}
	}
	return all
}

// Anchors returns the names by which links can lead to headings of a page, as the hosting
// site makes them.
func (p *Page) Anchors() map[string]bool {
	all := map[string]bool{}
	for _, line := range p.text() {
		for _, m := range anchor.FindAllStringSubmatch(line, -1) {
			all[m[1]+m[2]] = true
		}
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		text := strings.ToLower(link.ReplaceAllString(m[1], "$1"))
		name := strings.ReplaceAll(unnamed.ReplaceAllString(text, ""), " ", "-")
		for n, unique := 0, name; ; n++ {
			if n > 0 {
				unique = fmt.Sprintf("%s-%d", name, n)
			}
			if !all[unique] {
				all[unique] = true
				break
			}
		}
	}
	return all
}
