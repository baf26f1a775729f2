// Package parallel does things side by side.
package parallel

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Panic is what [Do] panics with if one of its calls does.
type Panic struct {
	Value any
	Stack []byte // of the call
}

// Do calls a function with 0 to n-1, and returns when all calls have. As many run at a
// time as there are processors, and they begin in order: a call may wait for those with
// smaller numbers. After a panic no more are begun, and Do panics with a *[Panic].
func Do(n int, f func(i int)) {
	var next atomic.Int64
	var first atomic.Pointer[Panic]
	call := func(i int) {
		defer func() {
			if v := recover(); v != nil {
				first.CompareAndSwap(nil, &Panic{v, debug.Stack()})
			}
		}()
		f(i)
	}
	var running sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		running.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && first.Load() == nil; i = next.Add(1) - 1 {
				call(int(i))
			}
		})
	}
	running.Wait()
	if p := first.Load(); p != nil {
		panic(p)
	}
}
