package dispatch

import "github.com/chalice-go/chalice/app"

func decodeTable(data []byte) (any, error) { return app.NewDynamoDBEvent(data) }
