// Command thumbnails makes a small picture of each photo that comes into a bucket.
// README.md says how to run it.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

// Where photos are in the bucket, and their thumbnails. These must not be one place: each
// thumbnail would be a new photo.
const photos, thumbnails = "photos/", "thumbnails/"

func newApp() *app.App {
	a := app.New("thumbnails")
	a.OnS3Event(os.Getenv("PHOTOS_BUCKET"), thumbnail,
		app.KeyFilter(photos, ".jpg"), app.KeyFilter(photos, ".jpeg"), app.KeyFilter(photos, ".png"))
	return a
}

// storage makes the client when the function first needs it, not when the app is
// described.
var storage = sync.OnceValues(func() (*s3.Client, error) {
	cfg, err := config.LoadDefaultConfig(context.Background())
	return s3.NewFromConfig(cfg), err
})

// maxFile is how large a photo can be, in bytes.
const maxFile = 20_000_000

// thumbnail makes a thumbnail of a photo. What is no photo is logged: it would be none
// the next time, either. Any other error has Lambda try again.
func thumbnail(ctx context.Context, e *app.S3Event) error {
	photo, err := read(ctx, e.Key())
	if err != nil {
		return err
	}
	small, kind, err := shrink(photo)
	if _, ok := errors.AsType[*photoError](err); ok {
		slog.WarnContext(ctx, "no thumbnail", "key", e.Key(), "reason", err)
		return nil
	}
	if err != nil {
		return err
	}
	key := thumbnails + strings.TrimPrefix(e.Key(), photos)
	if err := write(ctx, key, kind, small); err != nil {
		return err
	}
	slog.InfoContext(ctx, "thumbnail", "key", key, "bytes", len(small), "of", len(photo))
	return nil
}

// read returns an object of the bucket. It reads the bucket's name in the arguments of the
// call, so that the function gets the permission for that bucket alone.
func read(ctx context.Context, key string) ([]byte, error) {
	client, err := storage()
	if err != nil {
		return nil, err
	}
	out, err := client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(os.Getenv("PHOTOS_BUCKET")),
		Key:    aws.String(key),
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	defer out.Body.Close()
	// One byte more tells what is too large from what isn't.
	data, err := io.ReadAll(io.LimitReader(out.Body, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return data, nil
}

func write(ctx context.Context, key, kind string, data []byte) error {
	client, err := storage()
	if err != nil {
		return err
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      aws.String(os.Getenv("PHOTOS_BUCKET")),
		Key:         aws.String(key),
		ContentType: aws.String(kind),
		Body:        bytes.NewReader(data),
	})
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}
