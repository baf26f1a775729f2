// Package startheap has a command start without a collection of garbage. Go's first one
// begins at 4 MB, which is what the AWS SDK's clients make for themselves before main
// runs, all of it for as long as the command does. It would take a sixth of the time of
// chalice version, and of what a shell waits for when it completes a word.
//
// Whoever imports it has to do nothing else. It imports next to nothing, so Go initializes
// it before what imports more.
package startheap

import (
	"runtime"
	"runtime/debug"
)

// usual is GOGC where nobody has set it: the heap may double between collections.
const usual = 100

// The first collection begins at 8 MB. It ends the exception, so that what works for
// longer has the heap that it has otherwise. Go's own compiler does the same.
func init() {
	if before := debug.SetGCPercent(2 * usual); before != usual {
		debug.SetGCPercent(before)
		return
	}
	type garbage struct{ _ *int }
	runtime.AddCleanup(&garbage{}, func(percent int) { debug.SetGCPercent(percent) }, usual)
}
