package diagram

// Kinds are those that the pictures know.
var Kinds = kinds
