package dispatch

import "github.com/chalice-go/chalice/app"

func decodeLambda(data []byte) (any, error) { return app.NewLambdaEvent(data) }
