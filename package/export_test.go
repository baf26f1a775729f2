package packager

import "os"

// Moves is moves, for tests of what no test can make fail from outside: a file
// system that refuses halfway.
type Moves = moves

// Move renames a file, and remembers it.
func (m *moves) Move(from, to string) error { return m.move(from, to) }

// Undo renames everything back.
func (m *moves) Undo() error { return m.undo() }

// RestOfGoFlags returns what of GOFLAGS the go command gets, for a fuzz test.
func RestOfGoFlags(text string) (string, error) {
	flags, err := readGoFlags(text)
	return flags.rest, err
}

// Put writes files to an output folder, as Build does, once begin is closed.
func Put(path string, files map[string]string, begin <-chan struct{}) error {
	o, err := prepareFolder(path)
	if err != nil {
		return err
	}
	defer o.discard()
	for name, text := range files {
		if err := os.WriteFile(o.file(name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	<-begin
	_, err = o.commit(false)
	return err
}
