package invokeapi_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chalice-go/chalice/internal/devserver"
	"github.com/chalice-go/chalice/internal/devserver/invokeapi"
	"github.com/chalice-go/chalice/internal/lambdarun"
)

// TestFailures tries failures that take half a minute, or depend on a change at
// the wrong moment.
func TestFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		err               error
		document, refused string
	}{
		"all are busy":               {err: &lambdarun.BusyError{Processes: 4, Waited: 30 * time.Second}, refused: "TooManyRequestsException: Rate Exceeded. all 4 processes were busy for 30s"},
		"the function is gone":       {err: &devserver.UnknownFunctionError{Name: "x"}, refused: "ResourceNotFoundException: "},
		"the server ends":            {err: lambdarun.ErrClosed, refused: "ServiceException: the function is closed"},
		"anything else":              {err: errors.New("no disk"), refused: "ServiceException: no disk"},
		"it ended without saying so": {err: &lambdarun.ExitError{Status: "exit status 0"}, document: `{"errorMessage":"RequestId: 1 Error: Runtime exited without providing a reason","errorType":"Runtime.ExitError"}`},
		"it can't start":             {err: &lambdarun.InvokeError{Type: "Runtime.Bad", Message: "no"}, document: `{"errorMessage":"no","errorType":"Runtime.Bad"}`},
		"it said why it can't start": {err: &lambdarun.InvokeError{Type: "t", Document: []byte(`{"a":1}`)}, document: `{"a":1}`},
	} {
		t.Run(name, func(t *testing.T) {
			document, err := invokeapi.Failure("1", nil, tc.err)
			if string(document) != tc.document || (err == nil) != (tc.refused == "") || err != nil && !strings.HasPrefix(err.Error(), tc.refused) {
				t.Errorf("got %s, %v", document, err)
			}
		})
	}
}
