// Package api has one of each that an exported API can have.
package api

import "github.com/chalice-go/chalice/internal/tail"

const Answer = 42

const secret = 43

var Default *Thing

type Thing struct {
	Name string
	inside
	size int
}

type inside struct{ Deep tail.Writer }

func (inside) Promoted() int { return secret }

func (Thing) Get(key string) inside { return inside{} }

func (t *Thing) Close() error { t.size = 0; return nil }

type Alias = Thing

type Doer interface {
	Do(tail.Writer)
	private()
}

type Kind string

type List[T any] []T

func (List[T]) Len() int { return 0 }

func Make[T any](T, ...string) (*Thing, error) { return nil, nil }

func hidden() {}
