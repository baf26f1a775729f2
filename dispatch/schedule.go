package dispatch

import "github.com/chalice-go/chalice/app"

// decodeSchedule: schedules send their events through EventBridge.
func decodeSchedule(data []byte) (any, error) { return app.NewCloudWatchEvent(data) }
