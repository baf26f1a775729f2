package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// folder has a JSON file for each thing that is kept. Processes of chalice local share
// it, where a variable would be each one's own.
type folder string

// open returns the folder, in which alone files are looked for, whatever they are called.
func (f folder) open() (*os.Root, error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, err
	}
	return os.OpenRoot(string(f))
}

func (f folder) read(name string, v any) error {
	root, err := f.open()
	if err != nil {
		return err
	}
	defer root.Close()
	data, err := root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return errMissing
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

func (f folder) write(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	return root.WriteFile(name, data, 0o600)
}

func (f folder) delete(name string) error {
	root, err := f.open()
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errMissing
}

// names returns the names of a subfolder's files, in order.
func (f folder) names(subfolder string) ([]string, error) {
	root, err := f.open()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), subfolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, nil
}

// todoFolder has a subfolder for each user.
type todoFolder struct{ folder folder }

func todoFile(user, id string) string { return path.Join(user, id+".json") }

func (f todoFolder) list(ctx context.Context, user, after string, limit int) ([]Todo, string, error) {
	names, err := f.folder.names(user)
	if err != nil {
		return nil, "", err
	}
	todos := []Todo{}
	for _, name := range names {
		id := strings.TrimSuffix(name, ".json")
		if id <= after {
			continue
		}
		if len(todos) == limit {
			return todos, todos[limit-1].ID, nil
		}
		todo, err := f.get(ctx, user, id)
		if errors.Is(err, errMissing) {
			continue // it has just been removed
		}
		if err != nil {
			return nil, "", err
		}
		todos = append(todos, todo)
	}
	return todos, "", nil
}

func (f todoFolder) get(_ context.Context, user, id string) (Todo, error) {
	var t Todo
	err := f.folder.read(todoFile(user, id), &t)
	return t, err
}

func (f todoFolder) add(_ context.Context, user string, t Todo) error {
	return f.folder.write(todoFile(user, t.ID), t)
}

func (f todoFolder) change(ctx context.Context, user, id string, c Changes) (Todo, error) {
	t, err := f.get(ctx, user, id)
	if err != nil {
		return Todo{}, err
	}
	if c.Title != nil {
		t.Title = *c.Title
	}
	if c.Due != nil {
		t.Due = *c.Due
	}
	if c.Done != nil {
		t.Done = *c.Done
	}
	return t, f.add(ctx, user, t)
}

func (f todoFolder) remove(_ context.Context, user, id string) error {
	return f.folder.delete(todoFile(user, id))
}

// tokenFolder has a file for each token, with the user's name.
type tokenFolder struct{ folder folder }

func (f tokenFolder) add(_ context.Context, digest, user string) error {
	return f.folder.write(digest, user)
}

func (f tokenFolder) user(_ context.Context, digest string) (string, error) {
	var user string
	err := f.folder.read(digest, &user)
	return user, err
}
