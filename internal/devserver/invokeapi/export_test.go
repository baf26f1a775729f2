package invokeapi

// Failure exports failure for tests of errors that take too long to provoke.
var Failure = failure
