package dispatch

import "github.com/chalice-go/chalice/app"

func decodeCloudWatch(data []byte) (any, error) { return app.NewCloudWatchEvent(data) }
