package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/lazyregexp"
)

// Mistake is something wrong in a configuration. What [Load] returns joins
// them, so errors.As finds the first one.
type Mistake struct {
	// File is the file as messages call it; see [Stage.File]. Line and Column count
	// from 1. Zero values mean that the place isn't known or, for Column, that the
	// whole line is meant.
	File         string
	Line, Column int
	// Key is the path of the key in question, such as
	// stages.dev.lambda_timeout. It can be empty.
	Key     string
	Message string // what is wrong, and what to do; it follows the key
}

// Error returns file, line, key and message.
func (m *Mistake) Error() string {
	var b strings.Builder
	if m.File != "" {
		b.WriteString(m.File)
		for _, n := range []int{m.Line, m.Column} {
			if n > 0 {
				fmt.Fprintf(&b, ":%d", n)
			}
		}
		b.WriteString(": ")
	}
	if m.Key != "" {
		b.WriteString(m.Key + " ")
	}
	return b.String() + m.Message
}

// mistakes collects what is wrong in one file.
type mistakes struct {
	file  string
	names Names // of keys that no file gave; nil: as in the file
	list  []*Mistake
}

func (ms *mistakes) add(line int, at keyPath, format string, args ...any) {
	m := ms.at(line, at)
	m.Message = fmt.Sprintf(format, args...)
	ms.list = append(ms.list, m)
}

// at returns a mistake without a message.
func (ms *mistakes) at(line int, at keyPath) *Mistake {
	m := &Mistake{File: ms.file, Line: line, Key: at.String()}
	if line == 0 && ms.names != nil {
		m.File, m.Key = "", ms.names.Of(m.Key)
	}
	return m
}

// sort puts the mistakes into the order of the file's lines.
func (ms *mistakes) sort() {
	slices.SortStableFunc(ms.list, func(a, b *Mistake) int { return cmp.Compare(a.Line, b.Line) })
}

// lines are the mistakes as texts, in the order of the file's lines.
func (ms *mistakes) lines() []string {
	ms.sort()
	var all []string
	for _, m := range ms.list {
		all = append(all, m.Error())
	}
	return all
}

// err joins the mistakes in the order of the file's lines, or is nil.
func (ms *mistakes) err() error {
	ms.sort()
	errs := make([]error, len(ms.list))
	for i, m := range ms.list {
		errs[i] = m
	}
	return errors.Join(errs...)
}

// keyPath leads to a value, from the top level down.
type keyPath []string

func (p keyPath) to(key string) keyPath { return append(p[:len(p):len(p)], key) }

var bareKey = lazyregexp.New(`^[\pL\pN_:$-]+$`)

// String joins the keys with dots, and quotes those that would be misread.
func (p keyPath) String() string {
	parts := make([]string, len(p))
	for i, key := range p {
		if !bareKey.MatchString(key) {
			key = strconv.Quote(key)
		}
		parts[i] = key
	}
	return strings.Join(parts, ".")
}

// show returns a value as messages quote it: short, and without what is inside.
func (n *node) show() string {
	switch v := n.value.(type) {
	case nil:
		return "null"
	case string:
		if runes := []rune(v); len(runes) > 60 {
			v = string(runes[:59]) + "…"
		}
		return strconv.Quote(v)
	case []*node:
		return "a list"
	case *object:
		return "an object"
	default:
		return fmt.Sprint(v)
	}
}
