package dispatch

import "github.com/chalice-go/chalice/app"

func decodeStream(data []byte) (any, error) { return app.NewKinesisEvent(data) }
