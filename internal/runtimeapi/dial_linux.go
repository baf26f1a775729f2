package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// dial connects without package net, whose resolver, interfaces and addresses
// of all kinds would be a sixth of a small program. So the host is an IP
// address, as it is in Lambda, or localhost. What dial returns is read and
// written by way of the runtime's poller, as connections of package net are.
func dial(ctx context.Context, host, port string) (stream, error) {
	family, address, err := parseAddress(host, port)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	f := os.NewFile(uintptr(fd), host+":"+port)
	// A packet that is the end of a request must not wait for others.
	err = os.NewSyscallError("setsockopt", syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
	if err == nil {
		err = connect(ctx, f, address)
	}
	if err != nil {
		_ = f.Close() // nothing was sent
		return nil, err
	}
	return f, nil
}

// connect connects a socket that doesn't block: the first call starts it, and
// further ones say how it went.
func connect(ctx context.Context, f *os.File, address syscall.Sockaddr) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	stop := interrupt(ctx, f)
	defer stop()
	var result error
	err = raw.Write(func(fd uintptr) (done bool) {
		result = syscall.Connect(int(fd), address)
		return !errors.Is(result, syscall.EINPROGRESS) && !errors.Is(result, syscall.EALREADY) && !errors.Is(result, syscall.EINTR)
	})
	if err == nil && !errors.Is(result, syscall.EISCONN) {
		err = os.NewSyscallError("connect", result)
	}
	return err
}

// parseAddress returns an address in the form for calls of the system.
func parseAddress(host, port string) (family int, address syscall.Sockaddr, err error) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is not the number of a port", port)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip, ok := parseIPv4(host); ok {
		return syscall.AF_INET, &syscall.SockaddrInet4{Port: int(number), Addr: ip}, nil
	}
	if ip, ok := parseIPv6(host); ok {
		return syscall.AF_INET6, &syscall.SockaddrInet6{Port: int(number), Addr: ip}, nil
	}
	return 0, nil, fmt.Errorf("%q is neither an IP address nor localhost: names are not looked up", host)
}

func parseIPv4(s string) (ip [4]byte, ok bool) {
	for i := range ip {
		part, rest, more := strings.Cut(s, ".")
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(part) > 1 && part[0] == '0' || more != (i < len(ip)-1) {
			return ip, false
		}
		ip[i], s = byte(n), rest
	}
	return ip, true
}

// parseIPv6 reads an address of hexadecimal groups, without a zone.
func parseIPv6(s string) (ip [16]byte, ok bool) {
	before, behind, gap := strings.Cut(s, "::")
	head, ok := parseGroups(before)
	tail, tailOK := parseGroups(behind)
	n := len(head) + len(tail)
	if !ok || !tailOK || gap && n > len(ip)-2 || !gap && n != len(ip) {
		return ip, false
	}
	copy(ip[:], head)
	copy(ip[len(ip)-len(tail):], tail)
	return ip, true
}

func parseGroups(s string) (groups []byte, ok bool) {
	if s == "" {
		return nil, true
	}
	for group := range strings.SplitSeq(s, ":") {
		n, err := strconv.ParseUint(group, 16, 16)
		if err != nil || len(group) > 4 {
			return nil, false
		}
		groups = append(groups, byte(n>>8), byte(n))
	}
	return groups, true
}
