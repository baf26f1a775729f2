package artifact_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/chalice-go/chalice/internal/deploy/account"
	"github.com/chalice-go/chalice/internal/deploy/artifact"
)

const mib = 1 << 20

// TestMain can also be a process that dies while it uploads a file.
func TestMain(m *testing.M) {
	if file := os.Getenv("ARTIFACT_TEST_FILE"); file != "" {
		dieUploading(file, os.Getenv("ARTIFACT_TEST_BUCKET"))
	}
	os.Exit(m.Run())
}

func dieUploading(file, bucket string) {
	s, err := account.Open(context.Background(), account.Options{})
	if err == nil {
		err = artifact.NewStore(s, bucket).Put(context.Background(), "app/dev/1.zip", file, func(done, _ int64) {
			if done > 36*mib {
				if own, err := os.FindProcess(os.Getpid()); err == nil {
					own.Kill()
				}
			}
		})
	}
	fmt.Fprintln(os.Stderr, "it should be dead by now:", err)
	os.Exit(1)
}

func TestPut(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	for name, bytes := range map[string]int{
		"empty":                  0,
		"small":                  1000,
		"one part":               8 * mib,
		"a byte more":            8*mib + 1,
		"more than go at a time": 26 * mib,
	} {
		t.Run(name, func(t *testing.T) {
			file, digest := program(t, bytes)
			st, key := artifact.NewStore(e.session, bucket), "app/dev/"+digest+".zip"
			if there, err := st.Has(t.Context(), key); err != nil || there {
				t.Fatalf("before: got %v and the error %v", there, err)
			}
			var done, total int64
			if err := st.Put(t.Context(), key, file, func(d, of int64) { done, total = d, of }); err != nil {
				t.Fatal(account.Text(err))
			}
			if bytes > 0 && (done != int64(bytes) || total != int64(bytes)) {
				t.Errorf("the meter ended at %d of %d, want %d", done, total, bytes)
			}
			if there, err := st.Has(t.Context(), key); err != nil || !there {
				t.Errorf("after: got %v and the error %v", there, err)
			}
			if got := e.digest(t, bucket, key); got != digest {
				t.Errorf("got the content %s, want %s", got, digest)
			}
		})
	}
}

// TestHas: an object counts only if its content is that of the key.
func TestHas(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	st := artifact.NewStore(e.session, bucket)
	file, _ := program(t, 100)
	_, digest := program(t, 200)
	if err := st.Put(t.Context(), "app/dev/"+digest+".zip", file, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := e.s3.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("app/dev/theirs.zip")}); err != nil {
		t.Fatal(err)
	}
	if err := st.PutBytes(t.Context(), "app/dev/any/template.json", []byte("{}"), "application/json"); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{
		"app/dev/" + digest + ".zip": false,
		"app/dev/theirs.zip":         false,
		"app/dev/any/template.json":  true,
	} {
		if got, err := st.Has(t.Context(), key); err != nil || got != want {
			t.Errorf("%s: got %v and the error %v, want %v", key, got, err, want)
		}
	}
}

// counted returns a session whose clients count the parts that they send.
func counted(e endpoint, parts *atomic.Int64) *account.Session {
	s := &account.Session{Config: e.session.Config.Copy(), Region: e.session.Region}
	s.Config.APIOptions = append(s.Config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("count", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			if middleware.GetOperationName(ctx) == "UploadPart" {
				parts.Add(1)
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	})
	return s
}

// TestKilled: if a process is killed, the next upload sends only the missing
// parts.
func TestKilled(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	file, digest := program(t, 48*mib+5) // seven parts
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), "ARTIFACT_TEST_FILE="+file, "ARTIFACT_TEST_BUCKET="+bucket)
	child.Stderr = os.Stderr
	err := child.Run()
	if state, ok := child.ProcessState.Sys().(syscall.WaitStatus); !ok || state.Signal() != syscall.SIGKILL {
		t.Fatalf("the process that uploads ended with %v", err)
	}

	st := artifact.NewStore(e.session, bucket)
	if there, err := st.Has(t.Context(), "app/dev/1.zip"); err != nil || there {
		t.Fatalf("half an object: got %v and the error %v", there, err)
	}
	begun := e.parts(t, bucket)
	if len(begun) < 1 || len(begun) > 6 {
		t.Fatalf("%d parts are there", len(begun))
	}
	var sent atomic.Int64
	var first int64 = -1
	err = artifact.NewStore(counted(e, &sent), bucket).Put(t.Context(), "app/dev/1.zip", file, func(done, _ int64) {
		if first < 0 {
			first = done
		}
	})
	if err != nil {
		t.Fatal(account.Text(err))
	}
	if want := int64(7 - len(begun)); sent.Load() != want {
		t.Errorf("%d parts were sent, want %d", sent.Load(), want)
	}
	if got := e.digest(t, bucket, "app/dev/1.zip"); got != digest {
		t.Errorf("got the content %s, want %s", got, digest)
	}
	if left := e.parts(t, bucket); left != nil {
		t.Errorf("parts are left: %v", left)
	}
}

// TestBrokenUpload: parts that others have left don't get into an object.
func TestBrokenUpload(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	file, digest := program(t, 20*mib)
	for name, algorithm := range map[string]types.ChecksumAlgorithm{
		"another content":  types.ChecksumAlgorithmSha256,
		"another checksum": types.ChecksumAlgorithmCrc32,
	} {
		t.Run(name, func(t *testing.T) {
			key := "app/dev/" + name + ".zip"
			begun, err := e.s3.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key, ChecksumAlgorithm: algorithm})
			if err != nil {
				t.Fatal(err)
			}
			other, err := os.Open(programOf(t, 8*mib))
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			part := &s3.UploadPartInput{Bucket: &bucket, Key: &key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: other, ChecksumAlgorithm: algorithm}
			if _, err := e.s3.UploadPart(t.Context(), part); err != nil {
				t.Fatal(err)
			}
			if err := artifact.NewStore(e.session, bucket).Put(t.Context(), key, file, nil); err != nil {
				t.Fatal(account.Text(err))
			}
			if got := e.digest(t, bucket, key); got != digest {
				t.Errorf("got the content %s, want %s", got, digest)
			}
			if left := e.parts(t, bucket); left != nil {
				t.Errorf("parts are left: %v", left)
			}
		})
	}
}

// TestAbortedUpload: an upload that somebody aborts is begun again.
func TestAbortedUpload(t *testing.T) {
	e := newEndpoint(t)
	bucket := e.bucket(t)
	file, digest := program(t, 48*mib)
	aborted := false
	err := artifact.NewStore(e.session, bucket).Put(t.Context(), "app/dev/1.zip", file, func(done, _ int64) {
		if aborted || done < 36*mib {
			return
		}
		aborted = true
		uploads, err := e.s3.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &bucket})
		if err != nil || len(uploads.Uploads) != 1 {
			t.Errorf("got %v and the error %v", uploads, err)
			return
		}
		u := uploads.Uploads[0]
		if _, err := e.s3.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: &bucket, Key: u.Key, UploadId: u.UploadId}); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(account.Text(err))
	}
	if got := e.digest(t, bucket, "app/dev/1.zip"); !aborted || got != digest {
		t.Errorf("got the content %s, want %s", got, digest)
	}
}

// programOf returns the path of a file as large as a program.
func programOf(t *testing.T, size int) string {
	file, _ := program(t, size)
	return file
}

// parts lists the parts of incomplete uploads in S3.
func (e endpoint) parts(t *testing.T, bucket string) []types.Part {
	t.Helper()
	uploads, err := e.s3.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	var parts []types.Part
	for _, u := range uploads.Uploads {
		out, err := e.s3.ListParts(t.Context(), &s3.ListPartsInput{Bucket: &bucket, Key: u.Key, UploadId: u.UploadId})
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, out.Parts...)
	}
	return parts
}
