package devserver

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"
)

// check returns an error for options that would fail much later, when the app
// first calls AWS.
func (o Options) check() error {
	if o.EndpointURL == "" {
		return nil
	}
	u, err := url.Parse(o.EndpointURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return fmt.Errorf("the endpoint %q is no URL such as http://127.0.0.1:4566; --endpoint-url says where the app's AWS SDK sends its calls", o.EndpointURL)
	}
	return nil
}

// What Windows says: the numbers that package syscall has by these names for other systems
// are made up there.
// https://learn.microsoft.com/en-us/windows/win32/winsock/windows-sockets-error-codes-2
const (
	wsaAccess          = syscall.Errno(10013)
	wsaAddressInUse    = syscall.Errno(10048)
	wsaAddressNotThere = syscall.Errno(10049)
)

// listenError explains why the server can't listen there, and what to do.
func listenError(host string, port int, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, wsaAddressInUse):
		return fmt.Errorf("port %d of %s is in use by another program, perhaps another chalice local: "+
			"end that, or choose another with --port (0 takes a free one)", port, host)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, wsaAddressNotThere):
		return fmt.Errorf("%s is no address of this machine: choose another with --host (127.0.0.1 is for this machine alone)", host)
	case errors.Is(err, syscall.EACCES), errors.Is(err, wsaAccess):
		return fmt.Errorf("this user may not listen on port %d: choose another with --port, such as 8000", port)
	case errors.As(err, new(*net.DNSError)):
		return fmt.Errorf("there is no host %q: choose another with --host (127.0.0.1 is for this machine alone)", host)
	}
	return fmt.Errorf("listen on port %d of %s: %w", port, host, err)
}
