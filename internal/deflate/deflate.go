// Package deflate compresses on all processors, into one stream as zip files have it.
//
//	bytes --cut--> blocks --compressed side by side--> in order: one DEFLATE stream
//
// A block is compressed with the last 32 kB before it as its dictionary, which is as far
// back as the format can refer. It ends at a whole byte, by a sync flush, and the last one
// ends the stream. So the compressed blocks in a row are one stream (RFC 1951), which any
// reader takes; it is how pigz and pgzip do it. Blocks have a fixed size: equal input gives
// equal bytes, however many processors there are and whichever is done first.
package deflate

import (
	"bytes"
	"fmt"
	"io"
	"runtime"

	"github.com/klauspost/compress/flate"
)

// What the compressed bytes depend on, beside the input and the library's version.
const (
	// level is the library's usual one. On compiled programs it takes less than half of the
	// processor's time that archive/zip's own takes, for 2 % more bytes.
	level = 5
	// blockSize is small enough to give processors even shares of a small program, and
	// large enough for dictionaries to cost little.
	blockSize = 512 << 10
	// windowSize is how far back a stream refers at most.
	windowSize = 32 << 10
)

// Writer compresses what is written to it. It keeps as many blocks as there are
// processors and two more, each with a compressor.
type Writer struct {
	out     io.Writer
	current *block
	pending []*block // are being compressed, in the order of the input
	limit   int      // of pending
	idle    *block   // has been written, and can be used again; nil: none
	err     error
}

// NewWriter returns a writer whose compressed stream goes to out, within calls of its
// methods: out needs no lock.
func NewWriter(out io.Writer) *Writer {
	return &Writer{out: out, current: newBlock(), limit: runtime.GOMAXPROCS(0) + 1}
}

// Write has p compressed. It waits where as much as can be pending already is. The first
// error of the writer below is returned from then on.
func (w *Writer) Write(p []byte) (n int, err error) {
	for n < len(p) && w.err == nil {
		if w.current.full() {
			w.next()
		}
		n += w.current.take(p[n:])
	}
	return n, w.err
}

// Close compresses the rest, and ends the stream. It doesn't close the writer below, and
// is called once.
func (w *Writer) Close() error {
	w.compress(true)
	for len(w.pending) > 0 {
		w.collect()
	}
	return w.err
}

// next has the current block compressed, and begins another one.
func (w *Writer) next() {
	full := w.current
	w.compress(false)
	if len(w.pending) == w.limit {
		w.collect()
	}
	if w.current, w.idle = w.idle, nil; w.current == nil {
		w.current = newBlock()
	}
	w.current.follow(full)
}

// compress starts to compress the current block.
func (w *Writer) compress(last bool) {
	w.pending = append(w.pending, w.current)
	go w.current.compress(last)
}

// collect waits for the first of the pending blocks, and writes it.
func (w *Writer) collect() {
	b := w.pending[0]
	w.pending = w.pending[1:]
	err := <-b.done
	if err == nil && w.err == nil {
		_, err = w.out.Write(b.compressed.Bytes())
	}
	if w.err == nil {
		w.err = err
	}
	w.idle = b
}

// block is a part of the input, and what becomes of it.
type block struct {
	text       []byte // the dictionary, and then the input
	dictionary int    // length
	compressor *flate.Writer
	compressed bytes.Buffer
	done       chan error // gets one value each time that the block is compressed
}

func newBlock() *block {
	c, err := flate.NewWriter(nil, level)
	if err != nil {
		panic(fmt.Sprintf("deflate: %v", err)) // there is no such level
	}
	return &block{text: make([]byte, 0, windowSize+blockSize), compressor: c, done: make(chan error, 1)}
}

func (b *block) full() bool { return len(b.text)-b.dictionary == blockSize }

// take adds what there is room for, and returns how much that is.
func (b *block) take(p []byte) int {
	p = p[:min(len(p), blockSize-(len(b.text)-b.dictionary))]
	b.text = append(b.text, p...)
	return len(p)
}

// follow empties the block, which comes after a full one.
func (b *block) follow(full *block) {
	b.text = append(b.text[:0], full.text[len(full.text)-windowSize:]...)
	b.dictionary = windowSize
}

// compress doesn't change the text: the next block may be reading its end.
func (b *block) compress(last bool) {
	b.compressed.Reset()
	b.compressor.ResetDict(&b.compressed, b.text[:b.dictionary])
	_, err := b.compressor.Write(b.text[b.dictionary:])
	end := b.compressor.Flush
	if last {
		end = b.compressor.Close
	}
	if err == nil {
		err = end()
	}
	b.done <- err
}
