package nest

import (
	"fmt"
	"slices"
	"strings"
)

// levels finds on which level the stack of each function has to be, so that no
// two stacks need each other: one level above the functions that it refers to,
// itself or by way of what it refers to. A function is nearly always on level
// 0; only its environment, or a template that was merged, can refer to another.
type levels struct {
	functions map[string]string   // by logical id: the function that a resource belongs to
	members   map[string][]string // by function: its resources
	needs     map[string][]string // by logical id: what a resource refers to
	known     map[string]int      // by function, or by the logical id of what belongs to none
	path      []string            // those being looked at
}

// of returns the level of a function or, for a resource that belongs to none,
// the lowest that a function which refers to it can have.
func (l *levels) of(id string) (int, error) {
	if level, ok := l.known[id]; ok {
		return level, nil
	}
	if i := slices.Index(l.path, id); i >= 0 {
		circle := append(slices.Clone(l.path[i:]), id)
		return 0, fmt.Errorf("%s: CloudFormation can't make any of these before the others", strings.Join(circle, " refers to "))
	}
	l.path = append(l.path, id)
	highest := 0
	for _, resource := range l.resources(id) {
		for _, need := range l.needs[resource] {
			level, err := l.after(id, need)
			if err != nil {
				return 0, err
			}
			highest = max(highest, level)
		}
	}
	l.path = l.path[:len(l.path)-1]
	l.known[id] = highest
	return highest, nil
}

// resources lists those of a function, or the one that belongs to none.
func (l *levels) resources(id string) []string {
	if members, ok := l.members[id]; ok {
		return members
	}
	return []string{id}
}

// after returns the lowest level that id can have as it refers to a resource.
func (l *levels) after(id, resource string) (int, error) {
	function, belongs := l.functions[resource]
	if !belongs {
		if resource == id {
			return 0, nil // what refers to itself, CloudFormation refuses in its own words
		}
		return l.of(resource)
	}
	if function == id {
		return 0, nil
	}
	level, err := l.of(function)
	return level + 1, err
}
