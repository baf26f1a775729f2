package devserver

import (
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestListenErrorOnWindows: its numbers are others than those that package syscall names.
func TestListenErrorOnWindows(t *testing.T) {
	for number, want := range map[syscall.Errno]string{
		10048: "port 8000 of 127.0.0.1 is in use by another program",
		10049: "127.0.0.1 is no address of this machine",
		10013: "this user may not listen on port 8000",
	} {
		err := &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", number)}
		if got := listenError("127.0.0.1", 8000, err).Error(); !strings.Contains(got, want) {
			t.Errorf("%d: got %q, want %q", number, got, want)
		}
	}
}
