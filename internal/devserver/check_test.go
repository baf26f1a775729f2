package devserver_test

import (
	"net"
	"strings"
	"testing"

	"github.com/chalice-go/chalice/internal/devserver"
)

// Options that can't work are refused before anything is built.
func TestRefusedOptions(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, tc := range map[string]struct {
		options devserver.Options
		want    string
	}{
		"an endpoint that is a word":      {devserver.Options{EndpointURL: "garbage"}, `the endpoint "garbage" is no URL`},
		"an endpoint without a scheme":    {devserver.Options{EndpointURL: "127.0.0.1:4566"}, "is no URL such as http://127.0.0.1:4566"},
		"an endpoint without a host":      {devserver.Options{EndpointURL: "http://:4566"}, "is no URL"},
		"an endpoint of another protocol": {devserver.Options{EndpointURL: "ftp://localhost"}, "is no URL"},
		"a profile that isn't there":      {devserver.Options{Profile: "wrok"}, "read the AWS configuration: failed to get shared config profile, wrok"},
		"a host that nobody has":          {devserver.Options{Host: "no-such-host.invalid"}, `there is no host "no-such-host.invalid"`},
		"an address of another machine":   {devserver.Options{Host: "192.0.2.1"}, "192.0.2.1 is no address of this machine"},
		"a port in use":                   {devserver.Options{Port: taken.Addr().(*net.TCPAddr).Port}, "is in use by another program"},
		"a port in use of an IPv4 address in brackets, which is one": {
			devserver.Options{Host: "[127.0.0.1]", Port: taken.Addr().(*net.TCPAddr).Port}, "is in use"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.options.ProjectDir = project(t, shopFiles())
			err := devserver.Run(t.Context(), tc.options)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q in it", err, tc.want)
			}
		})
	}
}
