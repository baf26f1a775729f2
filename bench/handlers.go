package bench

import (
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"
	chiadapter "github.com/awslabs/aws-lambda-go-api-proxy/chi"
	proxyadapter "github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
	"github.com/go-chi/chi/v5"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

// handler returns the function of an app's routes.
func handler(a *app.App) (lambda.Handler, error) { return dispatch.NewHandler(a, app.RESTHandler) }

func proxyChi(router *chi.Mux) lambda.Handler {
	return lambda.NewHandler(chiadapter.New(router).ProxyWithContext)
}

func proxyHTTP(mux http.Handler) lambda.Handler {
	return lambda.NewHandler(proxyadapter.New(mux).ProxyWithContext)
}
