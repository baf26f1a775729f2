package app

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// gzipped compresses at a level, with what a header can have.
func gzipped(t testing.TB, data []byte, level int, header gzip.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	w.Header = header
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contents are of every kind that a compressor treats in another way.
func contents() map[string][]byte {
	random := make([]byte, 200_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	words := []byte{}
	for range 30_000 {
		words = append(words, "ERROR START END RequestId \n"[r.IntN(20):]...)
	}
	return map[string][]byte{
		"nothing": {}, "a byte": {7}, "a word": []byte("ERROR"), "zeros": make([]byte, 300_000), "noise": random, "words": words,
		"far away": append(append(bytes.Clone(random[:32768]), random[:300]...), random[:32768]...),
	}
}

func TestGunzip(t *testing.T) {
	for name, data := range contents() {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, gzip.DefaultCompression, gzip.BestCompression} {
			compressed := gzipped(t, data, level, gzip.Header{})
			got, err := gunzip(compressed, len(data))
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s at level %d: %d bytes, %v; want %d", name, level, len(got), err, len(data))
			}
			if len(data) == 0 {
				continue
			}
			if _, err := gunzip(compressed, len(data)-1); err == nil || !strings.Contains(err.Error(), "more than") {
				t.Errorf("%s at level %d is one byte too long: %v", name, level, err)
			}
		}
	}
}

// TestGunzipHeader: what a file says of itself is skipped, and a file can be several.
func TestGunzipHeader(t *testing.T) {
	one := gzipped(t, []byte("one "), 6, gzip.Header{Name: "one.log", Comment: "a comment", Extra: []byte{1, 0, 2}})
	two := gzipped(t, []byte("two"), 6, gzip.Header{})
	got, err := gunzip(append(bytes.Clone(one), two...), 7)
	if err != nil || string(got) != "one two" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := gunzip(append(bytes.Clone(one), two...), 6); err == nil {
		t.Error("both together can be too long")
	}
	for n := range one {
		if _, err := gunzip(one[:n], 100); err == nil {
			t.Errorf("%d of %d bytes are no file", n, len(one))
		}
	}
}

// TestGunzipBomb: what is compressed to a thousandth isn't decompressed further than
// the limit.
func TestGunzipBomb(t *testing.T) {
	bomb := gzipped(t, make([]byte, 50<<20), gzip.BestCompression, gzip.Header{})
	if len(bomb) > 60<<10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	if got := testing.AllocsPerRun(1, func() {
		if _, err := gunzip(bomb, 1<<20); err == nil {
			t.Error("it isn't limited")
		}
	}); got > 100 {
		t.Errorf("%v allocations", got)
	}
}

// TestGunzipDamage: a changed bit is never taken for another content. One is in the
// byte that the stream doesn't fill.
func TestGunzipDamage(t *testing.T) {
	data := []byte(strings.Repeat("ERROR it failed; ", 40))
	compressed := gzipped(t, data, 6, gzip.Header{})
	for i := 10 * 8; i < len(compressed)*8; i++ { // the header has a time and such
		damaged := bytes.Clone(compressed)
		damaged[i/8] ^= 1 << (i % 8)
		if got, err := gunzip(damaged, 1<<20); err == nil && !bytes.Equal(got, data) {
			t.Fatalf("bit %d: %q", i, got)
		}
	}
}

// FuzzGunzip compares with the standard library, but for headers, in which that takes
// no long names, and takes flags that don't exist.
func FuzzGunzip(f *testing.F) {
	for _, data := range contents() {
		if len(data) < 50_000 {
			f.Add(gzipped(f, data, 6, gzip.Header{}))
		}
	}
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const limit = 1 << 20
		if len(data) > 3 {
			data[3] = 0
		}
		got, err := gunzip(data, limit)
		var want []byte
		r, wantErr := gzip.NewReader(bytes.NewReader(data))
		if wantErr == nil {
			want, wantErr = io.ReadAll(io.LimitReader(r, limit+1))
		}
		if len(want) > limit {
			if err == nil {
				t.Errorf("%d bytes are too many", len(got))
			}
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("got %v, want %v", err, wantErr)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func BenchmarkGunzip(b *testing.B) {
	data := contents()["words"]
	compressed := gzipped(b, data, 6, gzip.Header{})
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := gunzip(compressed, len(data)); err != nil {
			b.Fatal(err)
		}
	}
}
