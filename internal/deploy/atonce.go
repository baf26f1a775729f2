package deploy

import (
	"errors"
	"sync"
)

// atOnce runs all steps side by side, and returns their errors in order.
func atOnce(steps ...func() error) error {
	errs := make([]error, len(steps))
	var running sync.WaitGroup
	for i, step := range steps {
		running.Go(func() { errs[i] = step() })
	}
	running.Wait()
	return errors.Join(errs...)
}
