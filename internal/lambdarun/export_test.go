package lambdarun

import "slices"

// AwaitIdleExit waits until the pool has noticed that all its idle processes
// are gone.
func AwaitIdleExit(p *Pool) {
	p.mu.Lock()
	idle := slices.Clone(p.idle)
	p.mu.Unlock()
	for _, s := range idle {
		<-s.exited
	}
}
