package app_test

import (
	"context"
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

type startJob struct {
	Pages int `json:"pages" minimum:"1"`
}

// outcome is what starting a job can answer.
type outcome interface{ isOutcome() }

type doneJob struct {
	Text string `json:"text"`
}

type queuedJob struct {
	Status int    `status:"202"`
	ID     string `json:"id"`
}

func (*doneJob) isOutcome()   {}
func (*queuedJob) isOutcome() {}

func start(_ context.Context, in *startJob) (outcome, error) {
	if in.Pages > 10 {
		return &queuedJob{ID: "j-7"}, nil
	}
	return &doneJob{Text: "done"}, nil
}

func ExampleResults() {
	a := app.New("printer")
	app.TypedRoute(a, "/jobs", start, app.Methods("POST"), app.Results(new(doneJob), new(queuedJob)))

	client := serve(a)
	for _, pages := range []int{1, 100} {
		answer := client.HTTP.Post("/jobs", apptest.JSON(startJob{pages}))
		fmt.Println(answer.Status, answer.Text())
	}
	// Output:
	// 200 {"text":"done"}
	// 202 {"id":"j-7"}
}
