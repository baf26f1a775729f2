package app_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/chalice-go/chalice/app"
)

// TestOracleSchedules compares Rate and Cron with the reference.
func TestOracleSchedules(t *testing.T) {
	dir := cmp.Or(os.Getenv("CHALICE_ORACLE"), filepath.Join("..", "shared", "oracle"))
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir) // it starts at the module's root
	}
	data, err := os.ReadFile(filepath.Join(dir, "units", "schedule_expressions.json"))
	if err != nil {
		t.Skipf("no oracle beside the project; set CHALICE_ORACLE to its folder (%v)", err)
	}
	var cases []struct {
		Rate *struct {
			Value int
			Unit  app.RateUnit
		}
		Cron *struct {
			Minutes, Hours, Month, Year any
			DayOfMonth                  any `json:"day_of_month"`
			DayOfWeek                   any `json:"day_of_week"`
		}
		Expression app.Expression
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, tc := range cases {
		var got app.Expression
		if tc.Rate != nil {
			got = app.Rate(tc.Rate.Value, tc.Rate.Unit)
		} else {
			got = app.Cron(tc.Cron.Minutes, tc.Cron.Hours, tc.Cron.DayOfMonth, tc.Cron.Month, tc.Cron.DayOfWeek, tc.Cron.Year)
		}
		if got != tc.Expression {
			t.Errorf("got %q, want %q", got, tc.Expression)
		}
	}
}
