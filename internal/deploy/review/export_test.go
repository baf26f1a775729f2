package review

// Covers and Meets compare two patterns without references.
func Covers(p, q string) bool { return pattern(p).covers(pattern(q)) }
func Meets(p, q string) bool  { return pattern(p).meets(pattern(q)) }
