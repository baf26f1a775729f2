package dispatch

import "github.com/chalice-go/chalice/app"

func decodeTopic(data []byte) (any, error) { return app.NewSNSEvent(data) }
