package invokeapi

// Failure is for tests of what takes too long to bring about.
var Failure = failure
