package lambdarun_test

import (
	"context"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/internal/lambdarun"
)

func ExampleStart() {
	ctx := context.Background()
	f, err := lambdarun.Start(ctx, lambdarun.Command{Path: program, Handler: "api_handler", Timeout: 10 * time.Second})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	r, err := f.Invoke(ctx, []byte(`{"Do": "echo", "N": 1}`))
	fmt.Println(string(r.Payload), r.Error, err)
	// Output: {"Do":"echo","N":1} <nil> <nil>
}
