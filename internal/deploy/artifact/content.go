package artifact

import (
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// partSize is the size of a part of a larger file. S3 requires at least 5 MiB.
const partSize = 8 << 20

// content is a file to be sent. It is read once for its digests and once to be
// sent, and is never in memory as a whole.
type content struct {
	*os.File
	size  int64
	sum   [sha256.Size]byte
	parts []part // of partSize, but for the last one; never empty
	meter meter
}

// part is a piece of a file.
type part struct {
	number int32 // from 1
	offset int64
	size   int64
	sum    [sha256.Size]byte
	md5    [md5.Size]byte // S3's ETag of a part that has no better checksum
}

// open reads a file and computes its digests.
func open(file string, told func(done, total int64)) (*content, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	c := &content{File: f}
	if err := c.read(); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", file, err), f.Close())
	}
	c.meter = meter{told: told, total: c.size}
	return c, nil
}

func (c *content) read() error {
	whole := sha256.New()
	for {
		p := part{number: int32(len(c.parts) + 1), offset: c.size}
		sum, old := sha256.New(), md5.New()
		n, err := io.CopyN(io.MultiWriter(whole, sum, old), c.File, partSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n > 0 || len(c.parts) == 0 {
			p.size = n
			sum.Sum(p.sum[:0])
			old.Sum(p.md5[:0])
			c.parts = append(c.parts, p)
			c.size += n
		}
		if err != nil {
			whole.Sum(c.sum[:0])
			return nil
		}
	}
}

// body returns a reader of a part.
func (c *content) body(i int) *body {
	p := c.parts[i]
	return &body{SectionReader: io.NewSectionReader(c.File, p.offset, p.size), meter: &c.meter}
}

// body is the reader of a part that is being sent.
type body struct {
	*io.SectionReader
	meter *meter
	sent  int64
}

func (b *body) Read(p []byte) (int, error) {
	before, err := b.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	n, err := b.SectionReader.Read(p)
	b.meter.add(before + int64(n) - b.sent) // negative if it is sent again
	b.sent = before + int64(n)
	return n, err
}

// WriteTo hides that of the file, which would bypass the count.
func (b *body) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, struct{ io.Reader }{b}) }

// meter counts the bytes that are sent.
type meter struct {
	told  func(done, total int64) // can be nil
	total int64
	mu    sync.Mutex
	done  int64
}

func (m *meter) add(n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += n
	if m.told != nil {
		m.told(m.done, m.total)
	}
}

// reset starts counting again.
func (m *meter) reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done = 0
}
