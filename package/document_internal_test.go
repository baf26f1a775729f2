package packager

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

// TestContains: a text is found wherever it lies in what is read, and however that comes.
func TestContains(t *testing.T) {
	const window, text = 256 << 10, "needle"
	for _, before := range []int{0, 1, window - len(text), window - len(text) + 1, window - 1, window, window + 1, 2*window - 3, 2*window - len(text) + 1} {
		data := strings.Repeat("n", before) + text
		for _, after := range []int{0, 1, window} {
			if found, err := contains(strings.NewReader(data+strings.Repeat("x", after)), []byte(text)); !found || err != nil {
				t.Errorf("after %d bytes, before %d: %t, %v", before, after, found, err)
			}
		}
		if found, err := contains(strings.NewReader(data[:len(data)-1]), []byte(text)); found || err != nil {
			t.Errorf("cut short after %d bytes: %t, %v", before, found, err)
		}
	}
	if found, err := contains(iotest.OneByteReader(strings.NewReader("a needle")), []byte(text)); !found || err != nil {
		t.Errorf("byte by byte: %t, %v", found, err)
	}
	broken := errors.New("broken")
	if found, err := contains(iotest.ErrReader(broken), []byte(text)); found || !errors.Is(err, broken) {
		t.Errorf("of a broken reader: %t, %v", found, err)
	}
}
