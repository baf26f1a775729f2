package load

import (
	"cmp"
	"os"
	"path/filepath"
	"sync"
)

// Files reads files, each of them once.
type Files struct {
	mu   sync.Mutex
	read map[string]*file
}

type file struct {
	once sync.Once
	data []byte
	err  error
}

// Read returns the content of a file, which nobody may change.
func (f *Files) Read(name string) ([]byte, error) {
	f.mu.Lock()
	if f.read == nil {
		f.read = map[string]*file{}
	}
	one := f.read[name]
	if one == nil {
		one = &file{}
		f.read[name] = one
	}
	f.mu.Unlock()
	one.once.Do(func() { one.data, one.err = os.ReadFile(name) })
	return one.data, one.err
}

// Forget frees the memory of all files. Those that are asked for again are read again.
func (f *Files) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read = nil
}

// WriteFile writes a file as a whole, or not at all. It makes the folder.
func WriteFile(name string, data []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := cmp.Or(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return err
	}
	return os.Rename(f.Name(), name)
}
