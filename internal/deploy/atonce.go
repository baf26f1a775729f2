package deploy

import "sync"

// atOnce runs all steps at the same time, and returns the error of the first
// step in order that has one: when AWS is in trouble, all of them have the
// same.
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
