package devserver

// ReadEnvFile is readEnvFile.
var ReadEnvFile = readEnvFile
