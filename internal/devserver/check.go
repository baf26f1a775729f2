package devserver

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
)

// check finds the mistakes in options that would show up much later, where the app
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

// checkProfile reports an error unless one of the AWS configuration's files has a
// profile.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
func checkProfile(profile, config, credentials string) error {
	known := map[string]bool{}
	for _, file := range []string{config, credentials} {
		data, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for the profile %q: %w", profile, err)
		}
		for line := range strings.Lines(string(data)) {
			// A profile's section has the word profile in the one file, and not in the other.
			if word, name := section(line); name == "default" || name != "" && (word == "profile") == (file == config) {
				known[name] = true
			}
		}
	}
	if known[profile] {
		return nil
	}
	has := "and no other"
	if len(known) > 0 {
		has = "only " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
	}
	return fmt.Errorf("there is no profile %q in %s or %s, %s; --profile chooses one", profile, config, credentials, has)
}

// section returns the word and the name of the section that a line begins; the name is
// empty in other lines.
func section(line string) (word, name string) {
	text, ok := strings.CutPrefix(strings.TrimSpace(line), "[")
	text, _, closed := strings.Cut(text, "]")
	if !ok || !closed {
		return "", ""
	}
	word, name, ok = strings.Cut(strings.TrimSpace(text), " ")
	if !ok {
		word, name = "", word
	}
	return word, strings.Trim(strings.TrimSpace(name), `"'`)
}

// listenError says why nobody can listen there, and what to do.
func listenError(host string, port int, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d of %s is in use by another program, perhaps another chalice local: "+
			"end that, or choose another with --port (0 takes a free one)", port, host)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is no address of this machine: choose another with --host (127.0.0.1 is for this machine alone)", host)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("this user may not listen on port %d: choose another with --port, such as 8000", port)
	case errors.As(err, new(*net.DNSError)):
		return fmt.Errorf("there is no host %q: choose another with --host (127.0.0.1 is for this machine alone)", host)
	}
	return fmt.Errorf("listen on port %d of %s: %w", port, host, err)
}
