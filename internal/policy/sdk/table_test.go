package sdk_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"
)

// TestTable: the table that is linked is the one that can be read.
func TestTable(t *testing.T) {
	want, err := os.ReadFile("data/table.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("data/table.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unpacked)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("data/table.json.gz isn't table.json: go generate ./internal/policy/sdk (%v)", err)
	}
}
