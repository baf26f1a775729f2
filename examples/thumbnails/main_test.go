package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chalice-go/chalice/apptest"
)

var objects = bucket{objects: map[string][]byte{}}

// TestMain starts a storage for all tests, since the program reads its address only once.
func TestMain(m *testing.M) {
	server := httptest.NewServer(&objects)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_S3":   server.URL,
		"AWS_REGION":            "eu-west-1",
		"AWS_ACCESS_KEY_ID":     "key",
		"AWS_SECRET_ACCESS_KEY": "secret",
	} {
		os.Setenv(name, value)
	}
	m.Run()
	server.Close()
}

// picture returns a picture of one color.
func picture(width, height int, c color.Color) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.Set(x, y, c)
		}
	}
	return p
}

func asPNG(p image.Image) []byte {
	var out bytes.Buffer
	png.Encode(&out, p)
	return out.Bytes()
}

func asJPEG(p image.Image) []byte {
	var out bytes.Buffer
	jpeg.Encode(&out, p, nil)
	return out.Bytes()
}

// upload puts a photo into the bucket and tells the function that S3 would tell; it
// returns the thumbnail, nil if there is none.
func upload(t *testing.T, key string, photo []byte) []byte {
	t.Helper()
	apptest.Setenv(t)
	client := apptest.NewClient(t, newApp())
	path := "/" + os.Getenv("PHOTOS_BUCKET") + "/"
	objects.put(path+key, photo)
	if _, err := client.Deliver(client.Events.S3(os.Getenv("PHOTOS_BUCKET"), key)); err != nil {
		t.Fatal(err)
	}
	return objects.get(path + "thumbnails/" + strings.TrimPrefix(key, "photos/"))
}

func TestThumbnails(t *testing.T) {
	red, glass := color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 100, 128}
	for name, tc := range map[string]struct {
		key    string
		photo  []byte
		format string
		size   image.Point
		color  color.RGBA
	}{
		"a wide JPEG":  {"photos/2026/a cat.jpg", asJPEG(picture(800, 600, red)), "jpeg", image.Pt(200, 150), red},
		"a tall PNG":   {"photos/window.png", asPNG(picture(150, 601, glass)), "png", image.Pt(49, 200), glass},
		"a small one":  {"photos/dot.png", asPNG(picture(3, 2, red)), "png", image.Pt(3, 2), red},
		"a line":       {"photos/line.png", asPNG(picture(5000, 1, red)), "png", image.Pt(200, 1), red},
		"a wrong name": {"photos/really.jpeg", asPNG(picture(400, 400, red)), "png", image.Pt(200, 200), red},
	} {
		t.Run(name, func(t *testing.T) {
			got, format, err := image.Decode(bytes.NewReader(upload(t, tc.key, tc.photo)))
			if err != nil {
				t.Fatal(err)
			}
			if format != tc.format || got.Bounds().Size() != tc.size {
				t.Errorf("got a %s of %v", format, got.Bounds().Size())
			}
			at := color.RGBAModel.Convert(got.At(tc.size.X/2, tc.size.Y/2)).(color.RGBA)
			for i, difference := range []int{int(at.R) - int(tc.color.R), int(at.G) - int(tc.color.G), int(at.B) - int(tc.color.B), int(at.A) - int(tc.color.A)} {
				if max(difference, -difference) > 3 {
					t.Errorf("component %d of %v, want %v", i, at, tc.color)
				}
			}
		})
	}
}

// TestNoPhotos: what is no photo has no thumbnail, and is not tried again.
func TestNoPhotos(t *testing.T) {
	huge := asPNG(picture(1, 1, color.Black))
	header := huge[12:29] // "IHDR", the width, the height, and more; then comes its checksum
	binary.BigEndian.PutUint32(header[4:], 100_000)
	binary.BigEndian.PutUint32(header[8:], 100_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(header))
	for name, tc := range map[string]struct {
		photo  []byte
		reason string
	}{
		"no picture":       {[]byte("hello"), "unknown format"},
		"half a picture":   {asJPEG(picture(800, 600, color.White))[:700], "invalid JPEG format"},
		"a huge picture":   {huge, "100000 × 100000 pixels are too many"},
		"too large a file": {make([]byte, maxFile+1), "more than 20000000 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := shrink(tc.photo)
			if _, ok := errors.AsType[*photoError](err); !ok || !strings.Contains(err.Error(), tc.reason) {
				t.Errorf("got %v, want %s", err, tc.reason)
			}
			if got := upload(t, "photos/"+strings.ReplaceAll(name, " ", "-")+".jpg", tc.photo); got != nil {
				t.Errorf("got a thumbnail of %d bytes", len(got))
			}
		})
	}
}

// TestElsewhere: only photos are photos, and a photo that is gone is an error.
func TestElsewhere(t *testing.T) {
	apptest.Setenv(t)
	client := apptest.NewClient(t, newApp())
	for _, key := range []string{"thumbnails/cat.jpg", "photos/cat.gif"} {
		_, err := client.Deliver(client.Events.S3(os.Getenv("PHOTOS_BUCKET"), key))
		if _, ok := errors.AsType[*apptest.UndeliveredError](err); !ok {
			t.Errorf("%s is delivered: %v", key, err)
		}
	}
	_, err := client.Lambda.Invoke("thumbnail", client.Events.S3(os.Getenv("PHOTOS_BUCKET"), "photos/gone.jpg"))
	if err == nil || !strings.Contains(err.Error(), "read photos/gone.jpg") {
		t.Errorf("got %v", err)
	}
}

// bucket keeps objects as S3 does, by the paths of their addresses.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
}

func (b *bucket) put(path string, data []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.objects[path] = data
}

func (b *bucket) get(path string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.objects[path]
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		data, _ := io.ReadAll(r.Body)
		b.put(r.URL.Path, data)
		return
	}
	data := b.get(r.URL.Path)
	if data == nil {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>")
		return
	}
	w.Write(data)
}
