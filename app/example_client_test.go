package app_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

// serve opens an app for an example, which has no *testing.T. A test has one, and calls
// apptest.NewClient(t, a).
func serve(a *app.App) *apptest.Client { return apptest.NewClient(exampleT{}, a) }

type exampleT struct{ testing.TB }

func (exampleT) Helper()                           {}
func (exampleT) Log(...any)                        {}
func (exampleT) Context() context.Context          { return context.Background() }
func (exampleT) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
