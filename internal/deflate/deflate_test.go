package deflate_test

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"

	"github.com/chalice-go/chalice/internal/deflate"
)

// blockSize is that of the package.
const blockSize = 512 << 10

// compress writes the text in pieces of up to that many bytes.
func compress(t testing.TB, text []byte, piece int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := deflate.NewWriter(&out)
	for rest := text; len(rest) > 0; {
		n := min(piece, len(rest))
		if wrote, err := w.Write(rest[:n]); wrote != n || err != nil {
			t.Fatalf("wrote %d of %d bytes: %v", wrote, n, err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// decompress has the standard library read a stream, which has to end with the bytes.
func decompress(t testing.TB, stream []byte) []byte {
	t.Helper()
	in := bytes.NewReader(stream)
	text, err := io.ReadAll(flate.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if in.Len() > 0 {
		t.Fatalf("the stream ends before the last %d of %d bytes", in.Len(), len(stream))
	}
	return text
}

// program is something compiled: the test itself, repeated up to a size.
func program(t testing.TB, size int) []byte {
	t.Helper()
	file, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for len(text) < size {
		text = append(text, text...)
	}
	return text[:size]
}

// TestSizes: what is decompressed is what was written, whatever its size, and in whatever
// pieces it comes.
func TestSizes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, 31, 127, 128, 32<<10 - 1, 32 << 10, 32<<10 + 1}
	for _, blocks := range []int{1, 4} {
		for _, off := range []int{-32 << 10, -1, 0, 1, 100, 32 << 10, random.IntN(blockSize)} {
			sizes = append(sizes, blocks*blockSize+off)
		}
	}
	text := program(t, 6*blockSize)
	for _, size := range sizes {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			stream := compress(t, text[:size], size)
			if got := decompress(t, stream); !bytes.Equal(got, text[:size]) {
				t.Errorf("%d bytes became %d others", size, len(got))
			}
			if piece := 1 + random.IntN(blockSize+1000); !bytes.Equal(compress(t, text[:size], piece), stream) {
				t.Errorf("in pieces of %d bytes it is another stream", piece)
			}
		})
	}
}

// TestKinds: text that repeats itself across blocks, that can't be compressed, and that is
// all the same.
func TestKinds(t *testing.T) {
	random := make([]byte, 2*blockSize+4711)
	source := rand.NewChaCha8([32]byte{7})
	source.Read(random)
	for name, text := range map[string][]byte{
		"random":   random,
		"zeros":    make([]byte, 3*blockSize),
		"repeated": bytes.Repeat(random[:30<<10], 50),
		"mixed":    bytes.Join([][]byte{make([]byte, blockSize-10), random, make([]byte, blockSize)}, []byte("between")),
	} {
		t.Run(name, func(t *testing.T) {
			stream := compress(t, text, 64<<10)
			if got := decompress(t, stream); !bytes.Equal(got, text) {
				t.Errorf("%d bytes became %d others", len(text), len(got))
			}
			if limit := len(text) + len(text)/1000 + 100; len(stream) > limit {
				t.Errorf("%d bytes became %d", len(text), len(stream))
			}
		})
	}
}

// TestDictionary: a block refers to what the one before it ends with.
func TestDictionary(t *testing.T) {
	const again = 30 << 10
	text := make([]byte, blockSize+again)
	rand.NewChaCha8([32]byte{7}).Read(text)
	copy(text[blockSize:], text[blockSize-again:])
	if n := len(compress(t, text, blockSize)); n > blockSize+1000 {
		t.Errorf("%d bytes, of which the last %d are there before, became %d", len(text), again, n)
	}
}

// TestProcessors: equal input gives equal bytes, on however many processors, and by
// compressors that have been used.
func TestProcessors(t *testing.T) {
	text := program(t, 12*blockSize+1234)
	var want []byte
	for _, n := range []int{1, 2, 8, 1, 3, 8} {
		before := runtime.GOMAXPROCS(n)
		got := compress(t, text, 32<<10)
		runtime.GOMAXPROCS(before)
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d processors make other bytes than one", n)
		}
	}
	if got := decompress(t, want); !bytes.Equal(got, text) {
		t.Errorf("%d bytes became %d others", len(text), len(got))
	}
}

// TestMemory: what is kept doesn't grow with the input.
func TestMemory(t *testing.T) {
	used := func(blocks int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w := deflate.NewWriter(io.Discard)
		text := make([]byte, blockSize)
		for range blocks {
			w.Write(text)
		}
		w.Close()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	few := runtime.GOMAXPROCS(0) + 2
	if small, large := used(few), used(20*few); large > small+small/2 {
		t.Errorf("%d blocks allocate %d bytes, and %d blocks %d", few, small, 20*few, large)
	}
}

// full is a disk with room for some bytes.
type full struct{ room int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestFull: the error of the writer below is told by Write, if there is more to write
// than it keeps, and by Close.
func TestFull(t *testing.T) {
	text := program(t, blockSize)
	for _, room := range []int{0, 100 << 10, 300 << 10} {
		w := deflate.NewWriter(&full{room})
		var err error
		for i := 0; err == nil && i < 100; i++ {
			_, err = w.Write(text)
		}
		if !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: Write says %v", room, err)
		}
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: Close says %v", room, err)
		}
	}
}

// FuzzWriter puts a text together of pieces, of which each is a part of the data that is
// repeated: the data's pairs of bytes say which.
func FuzzWriter(f *testing.F) {
	f.Add([]byte(""), uint8(0))
	f.Add([]byte("package main"), uint8(200))
	f.Add(bytes.Repeat([]byte("0123456789"), 200), uint8(255))
	f.Fuzz(func(t *testing.T, data []byte, times uint8) {
		var text []byte
		for i := 0; i+1 < len(data) && len(text) < 4*blockSize; i += 2 {
			from := int(data[i]) % len(data)
			text = append(text, bytes.Repeat(data[from:], int(data[i+1])*int(times))...)
		}
		stream := compress(t, text, 1+len(data)*100)
		if got := decompress(t, stream); !bytes.Equal(got, text) {
			t.Errorf("%d bytes became %d others", len(text), len(got))
		}
		if !bytes.Equal(compress(t, text, len(text)+1), stream) {
			t.Error("the same text became another stream")
		}
	})
}

func BenchmarkWriter(b *testing.B) {
	text := program(b, 3<<20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		w := deflate.NewWriter(io.Discard)
		w.Write(text)
		w.Close()
	}
}
