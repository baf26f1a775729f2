package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

const (
	longest   = 200        // pixels of a thumbnail's longer side
	maxPixels = 50_000_000 // of a photo: each takes four bytes of memory
)

// photoError says why there is no thumbnail of a photo, and never will be.
type photoError struct{ reason string }

func (e *photoError) Error() string { return e.reason }

// shrink returns the thumbnail of a photo in the photo's own format, and its content type.
func shrink(photo []byte) (thumbnail []byte, kind string, err error) {
	if len(photo) > maxFile {
		return nil, "", &photoError{fmt.Sprintf("it has more than %d bytes", maxFile)}
	}
	// The size comes first: a small file can be a picture that no memory has room for.
	size, format, err := image.DecodeConfig(bytes.NewReader(photo))
	if err != nil {
		return nil, "", &photoError{err.Error()}
	}
	if size.Width*size.Height > maxPixels {
		return nil, "", &photoError{fmt.Sprintf("%d × %d pixels are too many", size.Width, size.Height)}
	}
	decoded, _, err := image.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil, "", &photoError{err.Error()}
	}
	small := scale(decoded, fit(size.Width, size.Height))
	var out bytes.Buffer
	if format == "png" {
		err = png.Encode(&out, small)
	} else {
		err = jpeg.Encode(&out, small, &jpeg.Options{Quality: 85})
	}
	return out.Bytes(), "image/" + format, err
}

// fit returns the size of a thumbnail: that of the photo if it is small enough.
func fit(width, height int) image.Point {
	most := max(width, height, longest)
	return image.Pt(max(1, width*longest/most), max(1, height*longest/most))
}

// scale makes a picture smaller: each pixel is the mean of those that it covers.
func scale(photo image.Image, size image.Point) *image.RGBA {
	from := image.NewRGBA(image.Rect(0, 0, photo.Bounds().Dx(), photo.Bounds().Dy()))
	draw.Draw(from, from.Bounds(), photo, photo.Bounds().Min, draw.Src)
	to := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			to.SetRGBA(x, y, mean(from, image.Rect(
				x*from.Rect.Dx()/size.X, y*from.Rect.Dy()/size.Y,
				(x+1)*from.Rect.Dx()/size.X, (y+1)*from.Rect.Dy()/size.Y)))
		}
	}
	return to
}

func mean(of *image.RGBA, area image.Rectangle) color.RGBA {
	var sum [4]int
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := of.Pix[of.PixOffset(area.Min.X, y):of.PixOffset(area.Max.X, y)]
		for i, value := range row {
			sum[i%4] += int(value)
		}
	}
	n := area.Dx() * area.Dy()
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), uint8(sum[3] / n)}
}
