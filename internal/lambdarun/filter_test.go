package lambdarun_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/chalice-go/chalice/internal/lambdarun"
)

// TestLogLevels: of a log in JSON, lines of a level get through from one on, and others
// are taken for lines of INFO.
func TestLogLevels(t *testing.T) {
	const time = `"timestamp":"2026-01-31T12:00:00.123Z"`
	debug, info, warn, fatal := `{"level":"DEBUG",`+time+`}`, `{"level":"info",`+time+`}`, `{"level":"WARN",`+time+`}`, `{"level":"FATAL",`+time+`}`
	texts := []string{
		"text", `{"level":"ERROR","a":1}`, `{"level":"ERROR","time":"soon"}`, `{"level":"DEBUG-4",` + time + `}`, `{"level":40,` + time + `}`,
		`{"level":"ERROR",` + time, `["ERROR"]`, "",
	}
	others := map[string]string{
		"slog's":     `{"time":"2026-01-31T12:00:00+01:00","level":"ERROR","msg":"x"}`,
		"logstash's": `{"@timestamp":"2026-01-31T12:00:00Z","level":"error"}`,
	}
	for _, said := range append(texts, debug, info, warn, fatal, others["slog's"], others["logstash's"]) {
		unleveled := strings.Contains(strings.Join(texts, "\n"), said)
		for level, through := range map[string]bool{
			"":      true,
			"TRACE": true,
			"INFO":  said != debug,
			"WARN":  said != debug && said != info && !unleveled,
			"FATAL": said == fatal,
		} {
			var l, dropped lines
			p := pool(t, lambdarun.Command{Log: l.add, LogLevel: level, Unleveled: dropped.add}, 1, 0)
			event, _ := json.Marshal(map[string]string{"Do": "say", "Text": said})
			r, err := p.Invoke(t.Context(), "id", event)
			if err != nil {
				t.Fatal(err)
			}
			<-r.Logged
			if got := len(l.of("id")) == 1; got != through {
				t.Errorf("%s at %q gets through: %v", said, level, got)
			}
			if got := len(dropped.of("id")) == 1; got != (unleveled && !through) {
				t.Errorf("%s at %q is dropped since it has no level: %v", said, level, got)
			}
		}
	}
}

// TestLogVariables: the program knows how its log is written. A format that it is given
// otherwise counts in a log of text, where Lambda says nothing of levels.
func TestLogVariables(t *testing.T) {
	own := []string{"AWS_LAMBDA_LOG_FORMAT=JSON", "AWS_LAMBDA_LOG_LEVEL=DEBUG"}
	for name, tc := range map[string]struct {
		command lambdarun.Command
		want    string
	}{
		"nothing": {lambdarun.Command{}, `["Text","","/aws/lambda/work"]`},
		"a level": {lambdarun.Command{LogLevel: "WARN", LogGroup: "/shop"}, `["JSON","WARN","/shop"]`},
		"its own": {lambdarun.Command{Env: own}, `["JSON","DEBUG","/aws/lambda/work"]`},
		"both":    {lambdarun.Command{Env: own, LogLevel: "ERROR"}, `["JSON","ERROR","/aws/lambda/work"]`},
	} {
		t.Run(name, func(t *testing.T) {
			tc.command.Name = "work"
			if diff := cmp.Diff(tc.want, string(invoke(t, start(t, tc.command), `{"Do":"say"}`).Payload)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}
