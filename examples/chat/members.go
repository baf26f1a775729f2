package main

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/chalice-go/chalice/app"
)

// members are the people in the room: names, by their connections. The events
// of a connection can reach different processes, in Lambda on different
// machines, so no variable can hold them.
type members interface {
	add(ctx context.Context, id, name string) error
	remove(ctx context.Context, id string) error
	all(ctx context.Context) (map[string]string, error)
}

// room returns the members of the API that an event came from. They are in the
// DynamoDB table MEMBERS_TABLE, or if that isn't set, as on a laptop, in a
// folder of this machine.
func room(e *app.WebsocketEvent) members {
	if os.Getenv("MEMBERS_TABLE") != "" {
		return table{}
	}
	return folder(filepath.Join(os.TempDir(), "chalice-chat", url.PathEscape(e.DomainName())))
}

// names returns the names of members in order.
func names(members map[string]string) []string { return slices.Sorted(maps.Values(members)) }

// folder has a file for each member, whose name is the connection and whose
// content is the member's name. So no two processes ever write the same file.
type folder string

func (f folder) file(id string) string {
	return filepath.Join(string(f), hex.EncodeToString([]byte(id)))
}

func (f folder) add(_ context.Context, id, name string) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	return os.WriteFile(f.file(id), []byte(name), 0o600)
}

func (f folder) remove(_ context.Context, id string) error {
	if err := os.Remove(f.file(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	os.Remove(string(f)) // if it is empty
	return nil
}

func (f folder) all(context.Context) (map[string]string, error) {
	entries, err := os.ReadDir(string(f))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	all := map[string]string{}
	for _, entry := range entries {
		id, err := hex.DecodeString(entry.Name())
		if err != nil {
			continue // not one of ours
		}
		name, err := os.ReadFile(f.file(string(id)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it has just left
		}
		if err != nil {
			return nil, err
		}
		all[string(id)] = string(name)
	}
	return all, nil
}
