package deploy

import "sync"

// atOnce runs all steps side by side, and returns the error of the first in order
// that has one: when AWS is in trouble all have it, for the same reason.
func atOnce(steps ...func() error) error {
	errs := make([]error, len(steps))
	var running sync.WaitGroup
	for i, step := range steps {
		running.Go(func() { errs[i] = step() })
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
