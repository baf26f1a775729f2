// Package action holds no code. Beside it is the script of the GitHub Action that
// action.yml declares, and its test runs it with releases on loopback.
package action
