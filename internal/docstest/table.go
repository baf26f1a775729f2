package docstest

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// Row is a row of a table.
type Row struct {
	Line  int    // of the page
	Above string // the line above the table
	Cells []string
}

// Rows returns the rows of a page's tables that have this head, such as "| key | value |".
func Rows(path, head string) ([]Row, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var rows []Row
	lines := strings.Split(string(text), "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i] != head {
			continue
		}
		above, columns := lines[i-1], len(cells(head))
		for i++; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
			row := Row{i + 1, above, cells(lines[i])}
			if len(row.Cells) != columns {
				return nil, fmt.Errorf("%s:%d: the row has %d cells, the head %d", path, row.Line, len(row.Cells), columns)
			}
			if !rule.MatchString(lines[i]) {
				rows = append(rows, row)
			}
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s has no row below %q", path, head)
	}
	return rows, nil
}

// rule is the line between a head and its rows.
var rule = regexp.MustCompile(`^\|( :?-+:? \|)+$`)

func cells(line string) []string {
	all := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|")
	for i, cell := range all {
		all[i] = strings.TrimSpace(cell)
	}
	return all
}
