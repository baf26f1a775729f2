// Package other is in another module, with a version in its path.
package other

// Parcel is sent.
type Parcel struct {
	// Weight in grams.
	Weight int
}

// other.Track
func Track() {}

// Tracker has a method of another module.
type Tracker struct{}

// other.Tracker.Follow
func (*Tracker) Follow() {}
