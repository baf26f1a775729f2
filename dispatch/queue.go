package dispatch

import "github.com/chalice-go/chalice/app"

func decodeQueue(data []byte) (any, error) { return app.NewSQSEvent(data) }
