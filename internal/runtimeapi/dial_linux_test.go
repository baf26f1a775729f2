package runtimeapi

import (
	"net/netip"
	"testing"
)

// FuzzIP compares our reading of addresses with net/netip's, which also knows
// zones, and IPv4 addresses within IPv6 ones.
func FuzzIP(f *testing.F) {
	for _, seed := range []string{
		"127.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
		"1:2:3:4:5:6:7:8::", "2001:DB8::ff", ":1", "1:", "1:::2", "1::2::3", "12345::", "::1%lo", "::1.2.3.4", "localhost", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := netip.ParseAddr(s)
		known := err == nil && want.Zone() == ""
		if ip, ok := parseIPv4(s); ok != (known && want.Is4()) || ok && netip.AddrFrom4(ip) != want {
			t.Errorf("IPv4 %q: %v %t, net/netip: %v %v", s, ip, ok, want, err)
		}
		ip, ok := parseIPv6(s)
		if ok && (!known || !want.Is6() || netip.AddrFrom16(ip) != want) {
			t.Errorf("IPv6 %q: %v, net/netip: %v %v", s, ip, want, err)
		}
		if known && want.Is6() && !ok && want.String() == s && !want.Is4In6() {
			t.Errorf("IPv6 %q isn't read", s)
		}
	})
}
