//go:build race

package dispatch_test

// underRace: the race detector makes everything slow.
const underRace = true
