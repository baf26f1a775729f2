package dispatch

import "github.com/chalice-go/chalice/app"

func decodeBucket(data []byte) (any, error) { return app.NewS3Event(data) }
