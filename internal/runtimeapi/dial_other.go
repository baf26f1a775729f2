//go:build !linux

package runtimeapi

import (
	"context"
	"net"
)

// dial connects. Programs for other systems than Lambda's run on developers'
// machines, where their size doesn't matter.
func dial(ctx context.Context, host, port string) (stream, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
}
