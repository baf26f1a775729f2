package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/chalice-go/chalice/app"
)

// Table keeps records of one type by their keys. That is all that the shop needs of a
// database: a table of DynamoDB can do it, with conditions in place of the lock of
// [memory]. A record that was read must not be changed in place.
type Table[T any] interface {
	// Get returns a record. The error is errMissing if there is none.
	Get(ctx context.Context, key string) (T, error)
	// List returns the records whose keys start with a prefix, in the order of the keys.
	List(ctx context.Context, prefix string) ([]T, error)
	// Update makes a record, or changes it, and returns what it is now. Nothing happens
	// to the record while change runs; if that returns an error, the record stays.
	Update(ctx context.Context, key string, change func(old T, exists bool) (T, error)) (T, error)
	// Delete deletes a record unless allow returns an error. The error is errMissing if
	// there is none.
	Delete(ctx context.Context, key string, allow func(T) error) error
}

var errMissing = errors.New("no such record")

// find returns a record, or an error that clients see: "no such" and what it is.
func find[T any](ctx context.Context, table Table[T], what, key string) (T, error) {
	record, err := table.Get(ctx, key)
	return record, missing(err, what)
}

// missing turns errMissing into an error that clients see.
func missing(err error, what string) error {
	if errors.Is(err, errMissing) {
		return app.NotFound("no such " + what)
	}
	return err
}

// modify changes a record that has to be there.
func modify[T any](ctx context.Context, table Table[T], what, key string, change func(old T) (T, error)) (T, error) {
	record, err := table.Update(ctx, key, func(old T, exists bool) (T, error) {
		if !exists {
			return old, errMissing
		}
		return change(old)
	})
	return record, missing(err, what)
}

// memory is a table in the memory of the process.
type memory[T any] struct {
	mu      sync.Mutex
	records map[string]T
}

var _ Table[Product] = (*memory[Product])(nil)

func newMemory[T any]() *memory[T] { return &memory[T]{records: map[string]T{}} }

func (m *memory[T]) Get(_ context.Context, key string) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	record, ok := m.records[key]
	if !ok {
		return record, errMissing
	}
	return record, nil
}

func (m *memory[T]) List(_ context.Context, prefix string) ([]T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := []T{}
	for _, key := range slices.Sorted(maps.Keys(m.records)) {
		if strings.HasPrefix(key, prefix) {
			all = append(all, m.records[key])
		}
	}
	return all, nil
}

func (m *memory[T]) Update(_ context.Context, key string, change func(old T, exists bool) (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, exists := m.records[key]
	record, err := change(old, exists)
	if err != nil {
		return old, err
	}
	m.records[key] = record
	return record, nil
}

func (m *memory[T]) Delete(_ context.Context, key string, allow func(T) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	record, ok := m.records[key]
	if !ok {
		return errMissing
	}
	if err := allow(record); err != nil {
		return err
	}
	delete(m.records, key)
	return nil
}
