package packager

// Moves is moves, for tests of what no test can make fail from outside: a file
// system that refuses halfway.
type Moves = moves

// Move renames a file, and remembers it.
func (m *moves) Move(from, to string) error { return m.move(from, to) }

// Undo renames everything back.
func (m *moves) Undo() error { return m.undo() }
