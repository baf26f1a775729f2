package function_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/deploy/function"
)

// slow is a Lambda whose updates take a while, during which it refuses others.
type slow struct {
	takes  time.Duration
	failed map[string]string // reasons of updates that fail, by function

	mu      sync.Mutex
	ready   map[string]time.Time
	digests map[string]string
	calls   []string
}

func newSlow(takes time.Duration) *slow {
	return &slow{takes: takes, ready: map[string]time.Time{}, digests: map[string]string{}, failed: map[string]string{}}
}

// busy reports whether an update of a function is in progress.
func (s *slow) busy(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Before(s.ready[name])
}

func (s *slow) client() *function.Client {
	return (&function.Fake{Get: s.get, Update: s.update}).Client()
}

func (s *slow) get(name string) (*lambda.GetFunctionOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &types.FunctionConfiguration{State: types.StateActive, LastUpdateStatus: types.LastUpdateStatusSuccessful, CodeSha256: aws.String(s.digests[name])}
	switch reason := s.failed[name]; {
	case time.Now().Before(s.ready[name]):
		c.LastUpdateStatus = types.LastUpdateStatusInProgress
	case reason != "":
		c.LastUpdateStatus, c.LastUpdateStatusReason = types.LastUpdateStatusFailed, &reason
	}
	return &lambda.GetFunctionOutput{Configuration: c}, nil
}

func (s *slow) update(in *lambda.UpdateFunctionCodeInput) (*lambda.UpdateFunctionCodeOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := *in.FunctionName
	if name == "ghost" {
		return nil, &types.ResourceNotFoundException{Message: aws.String("Function not found: ghost")}
	}
	if time.Now().Before(s.ready[name]) {
		s.calls = append(s.calls, name+" refused")
		return nil, &types.ResourceConflictException{Message: aws.String("An update is in progress")}
	}
	from := fmt.Sprintf("%d bytes", len(in.ZipFile))
	if in.S3Bucket != nil {
		from = *in.S3Bucket + "/" + *in.S3Key
	}
	s.calls = append(s.calls, name+" "+from)
	s.ready[name] = time.Now().Add(s.takes)
	s.digests[name] = base64Digest("new")
	return &lambda.UpdateFunctionCodeOutput{State: types.StateActive, LastUpdateStatus: types.LastUpdateStatusInProgress, CodeSha256: aws.String(s.digests[name])}, nil
}

// newCode returns a zip of a size, which Store can put into a bucket.
func newCode(t *testing.T, size int) function.Code {
	t.Helper()
	file := filepath.Join(t.TempDir(), "app.zip")
	if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	return function.Code{
		File:   file,
		Digest: hexDigest("new"),
		Store:  func(context.Context) (string, string, error) { return "bucket", "app.zip", nil },
	}
}

func hexDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func base64Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// How the zip reaches the functions.
func TestUpdateCode(t *testing.T) {
	for name, tc := range map[string]struct {
		names []string
		size  int
		calls []string
	}{
		"one: with the call":     {[]string{"a"}, 100, []string{"a 100 bytes"}},
		"one, and it is large":   {[]string{"a"}, 8<<20 + 1, []string{"a bucket/app.zip"}},
		"several: once, for all": {[]string{"b", "a"}, 100, []string{"a bucket/app.zip", "b bucket/app.zip"}},
		"none":                   {nil, 100, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSlow(time.Second)
				if err := s.client().UpdateCode(t.Context(), tc.names, newCode(t, tc.size), nil); err != nil {
					t.Fatal(err)
				}
				slices.Sort(s.calls)
				if diff := cmp.Diff(tc.calls, s.calls); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Many functions are updated at the same time, and updated is called for each
// that is ready.
func TestUpdateCodeMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var names, updated []string
		for i := range 30 {
			names = append(names, fmt.Sprintf("f%02d", i))
		}
		s, start := newSlow(300*time.Millisecond), time.Now()
		err := s.client().UpdateCode(t.Context(), names, newCode(t, 1), func(name string) {
			if s.busy(name) {
				t.Errorf("%s isn't ready", name)
			}
			updated = append(updated, name)
		})
		slices.Sort(updated)
		if diff := cmp.Diff(names, updated); diff != "" || err != nil {
			t.Errorf("got %v, and (-want +got):\n%s", err, diff)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// UpdateCode waits for an update that somebody else has begun.
func TestUpdateCodeConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlow(time.Second)
		s.ready["a"] = time.Now().Add(20 * time.Second)
		if err := s.client().UpdateCode(t.Context(), []string{"a"}, newCode(t, 1), nil); err != nil {
			t.Fatal(err)
		}
		if want := []string{"a refused", "a 1 bytes"}; !slices.Equal(s.calls, want) {
			t.Errorf("got %q, want %q", s.calls, want)
		}
	})
}

func TestUpdateCodeFailures(t *testing.T) {
	missing := (*types.ResourceNotFoundException)(nil)
	for name, tc := range map[string]struct {
		names  []string
		change func(*slow, *function.Code)
		want   []string
		as     any
	}{
		"one of several": {
			names: []string{"a", "ghost", "b"}, as: &missing,
			want: []string{"update the code of the function ghost: ", "Function not found"},
		},
		"Lambda can't": {
			names: []string{"a", "b"}, change: func(s *slow, _ *function.Code) { s.failed["b"] = "no such key of KMS" },
			want: []string{"the function b couldn't be updated: no such key of KMS"},
		},
		"somebody else's code": {
			names: []string{"a"}, change: func(_ *slow, c *function.Code) { c.Digest = hexDigest("mine") },
			want: []string{"the function a has other code than it was sent"},
		},
		"never ready": {
			names: []string{"a"}, change: func(s *slow, _ *function.Code) { s.takes = time.Hour },
			want: []string{"update the code of the function a: it wasn't active after 5m0s"},
		},
		"no zip": {
			names: []string{"a"}, change: func(_ *slow, c *function.Code) { c.File += ".old" },
			want: []string{"read the functions' zip: "},
		},
		"no bucket": {
			names: []string{"a", "b"}, change: func(_ *slow, c *function.Code) {
				c.Store = func(context.Context) (string, string, error) { return "", "", errors.New("no bucket") }
			},
			want: []string{"no bucket"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, code := newSlow(time.Second), newCode(t, 1)
				if tc.change != nil {
					tc.change(s, &code)
				}
				err := s.client().UpdateCode(t.Context(), tc.names, code, nil)
				if err == nil || tc.as != nil && !errors.As(err, tc.as) {
					t.Fatalf("got %v", err)
				}
				for _, want := range tc.want {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("got %q, want it to have %q", err, want)
					}
				}
			})
		})
	}
}

// When the context ends, UpdateCode doesn't wait for the update.
func TestUpdateCodeInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := newSlow(time.Hour).client().UpdateCode(ctx, []string{"a", "b"}, newCode(t, 1), nil)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}
