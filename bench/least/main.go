// Command least packages a program with the least work that gives a zip for Lambda and
// its digest: go build, parallel deflate, and a hash beside it.
//
//	least DIR GOARCH OUT
//
// It asks nobody what the program consists of, and writes no template. What chalice
// package takes beyond it is what those cost.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/klauspost/compress/flate"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: least DIR GOARCH OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(dir, arch, out string) error {
	work, err := os.MkdirTemp(filepath.Dir(out), "least-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	file := filepath.Join(work, "bootstrap")
	if err := compile(dir, arch, file); err != nil {
		return err
	}
	program, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	hash := sha256.New()
	if err := archive(io.MultiWriter(f, hash), program); err != nil {
		return err
	}
	fmt.Printf("%x\n", hash.Sum(nil))
	return f.Close()
}

// compile compiles with the same flags as chalice package.
func compile(dir, arch, file string) error {
	c := exec.Command("go", "build", "-o", file, "-ldflags=-s -w -buildid=", "-tags=lambda.norpc",
		"-trimpath", "-buildvcs=false", ".")
	c.Dir = dir
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS=linux", "GOARCH="+arch, "GOAMD64=v1", "GOARM64=v8.0")
	c.Stderr = os.Stderr
	return c.Run()
}

// archive writes a zip with a program.
func archive(w io.Writer, program []byte) error {
	var sum uint32
	var summing sync.WaitGroup
	summing.Go(func() { sum = crc32.ChecksumIEEE(program) })
	parts, err := deflate(program)
	summing.Wait()
	if err != nil {
		return err
	}
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, CRC32: sum, UncompressedSize64: uint64(len(program))}
	h.SetMode(0o755)
	for _, part := range parts {
		h.CompressedSize64 += uint64(part.Len())
	}
	z := zip.NewWriter(w)
	entry, err := z.CreateRaw(h)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if _, err := part.WriteTo(entry); err != nil {
			return err
		}
	}
	return z.Close()
}

// block is how much of a program one goroutine compresses.
const block = 1 << 20

// deflate compresses data in blocks side by side. Together they are one stream: each but
// the last ends at a byte without ending the stream.
func deflate(data []byte) ([]*bytes.Buffer, error) {
	parts := make([]*bytes.Buffer, (len(data)+block-1)/block)
	errs := make([]error, len(parts))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range parts {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			parts[i], errs[i] = deflateBlock(data, i*block)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func deflateBlock(data []byte, start int) (*bytes.Buffer, error) {
	end := min(start+block, len(data))
	var out bytes.Buffer
	out.Grow(block / 2)
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data[start:end]); err != nil {
		return nil, err
	}
	if end == len(data) {
		return &out, w.Close()
	}
	return &out, w.Flush()
}
