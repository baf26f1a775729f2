//go:build !windows

package child

import (
	"os"
	"time"
)

// arrival is how long endBy waits for the signal that it has sent to its own process. A
// program that handles the signal nevertheless goes on after that.
const arrival = time.Second

// endBy ends the program by a signal.
func endBy(s os.Signal) {
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(s) == nil {
		time.Sleep(arrival)
	}
}
