package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/apptest"
)

func ExampleApp_Authorizer() {
	a := app.New("shop")
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		if r.Token() != "secret" {
			return &app.AuthResponse{}, nil // allows nothing: status 403
		}
		return &app.AuthResponse{
			PrincipalID: "ada",
			Routes:      []app.AuthRoute{{Path: "/orders/*", Methods: []string{"GET"}}},
		}, nil
	}, app.Name("check"), app.TTL(30*time.Second), app.Header("X-Token"))
	order := func(_ context.Context, r *app.Request) (any, error) {
		return r.AuthValue("principalId") + " reads " + r.Param("id"), nil
	}
	a.Route("/orders/{id}", order, app.Auth(check))

	client := serve(a)
	fmt.Println(client.HTTP.Get("/orders/7").Status)
	fmt.Println(client.HTTP.Get("/orders/7", apptest.Header("X-Token", "guess")).Status)
	fmt.Println(client.HTTP.Get("/orders/7", apptest.Header("X-Token", "secret")).Text())
	// Output:
	// 401
	// 403
	// ada reads 7
}

// With an identity, an authorizer looks at whole requests.
func ExampleIdentityHeader() {
	a := app.New("shop")
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		fmt.Println(r.Type(), r.Method(), r.Path(), r.Param("id"), r.Header("X-Tenant"), r.Query("key"))
		return &app.AuthResponse{Routes: app.AuthRoutes("*"), PrincipalID: r.Query("key")}, nil
	}, app.Name("check"), app.IdentityHeader("X-Tenant"), app.IdentityQuery("key"))
	a.Route("/orders/{id}", func(context.Context, *app.Request) (any, error) { return nil, nil }, app.Auth(check))

	client := serve(a)
	fmt.Println(client.HTTP.Get("/orders/7?key=k1", apptest.Header("X-Tenant", "eu")).Status)
	fmt.Println(client.HTTP.Get("/orders/7?key=k1").Status) // lacks one: nobody is asked
	// Output:
	// REQUEST GET /orders/{id} 7 eu k1
	// 200
	// 401
}

// A token's claims are checked by API Gateway.
func ExampleJWT() {
	a := app.New("shop")
	login := app.JWT("Login", "https://login.example.com", "shop-web")
	order := func(_ context.Context, r *app.Request) (any, error) { return r.AuthValue("sub"), nil }
	a.Route("/orders", order, app.Auth(login))
	a.Route("/orders", order, app.Methods("POST"), app.Auth(login.WithScopes("orders:write")))

	for _, r := range a.Describe().Routes {
		fmt.Println(r.Methods, r.Authorizer, r.Scopes)
	}
	// Output:
	// [GET] Login []
	// [POST] Login [orders:write]
}

func ExampleCognitoUserPool() {
	a := app.New("shop")
	pool := app.CognitoUserPool("Users",
		[]string{"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"},
		app.Audience("7abc"), // the app client, which an HTTP API asks for
		app.Scopes("orders/read"))
	order := func(_ context.Context, r *app.Request) (any, error) { return r.AuthValue("email"), nil }
	a.Route("/orders", order, app.Auth(pool))
	a.Route("/orders", order, app.Methods("POST"), app.Auth(pool.WithScopes("orders/write")))

	model := a.Describe()
	fmt.Println(model.Authorizers[0].Scopes, model.Routes[1].Scopes)
	// Output: [orders/read] [orders/write]
}

// An authorizer that is a Lambda function of somebody else's.
func ExampleCustomAuthorizer() {
	a := app.New("shop")
	company := app.CustomAuthorizer("Company",
		"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"+
			"arn:aws:lambda:eu-west-1:123456789012:function:authorize/invocations",
		app.TTL(5*time.Minute), app.InvokeRole("arn:aws:iam::123456789012:role/invoke"))
	order := func(context.Context, *app.Request) (any, error) { return nil, nil }
	a.Route("/orders", order, app.Auth(company))
	a.Route("/orders", order, app.Methods("POST"), app.Auth(company.WithScopes("write")))

	model := a.Describe()
	fmt.Println(*model.Authorizers[0].TTLSeconds, model.Routes[1].Scopes)
	// Output: 300 [write]
}

// Requests that are signed with AWS credentials, of another service of yours say.
func ExampleIAMAuthorizer() {
	a := app.New("shop")
	a.Route("/stock", func(_ context.Context, r *app.Request) (any, error) {
		return r.ContextValue("identity", "userArn"), nil
	}, app.Auth(app.IAMAuthorizer()))

	// The gateway of tests has a caller of its own; API Gateway refuses what isn't signed.
	fmt.Println(serve(a).HTTP.Get("/stock").Text())
	// Output: arn:aws:iam::123456789012:user/local-user
}

func ExampleBuiltinAuth() {
	a := app.New("shop")
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		return &app.AuthResponse{Routes: app.AuthRoutes("*"), Context: map[string]any{"scope": "read"}}, nil
	}, app.Name("check"), app.ExecutionRole("arn:aws:iam::123456789012:role/invoke"))
	order := func(context.Context, *app.Request) (any, error) { return nil, nil }
	a.Route("/orders", order, app.Auth(check.WithScopes("read")))

	_, err := a.Registry()
	fmt.Println(a.Describe().Routes[0].Scopes, err)
	// Output: [read] <nil>
}

// A policy of one's own says more than a list of routes.
func ExampleAuthResponse_policy() {
	a := app.New("shop")
	check := a.Authorizer(func(_ context.Context, r *app.AuthRequest) (*app.AuthResponse, error) {
		return &app.AuthResponse{
			PrincipalID: "ada",
			Policy: json.RawMessage(`{"Version": "2012-10-17", "Statement": [
				{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"},
				{"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*/DELETE/orders/*"}]}`),
		}, nil
	}, app.Name("check"))
	a.Route("/orders/{id}", func(_ context.Context, r *app.Request) (any, error) {
		return r.Method(), nil
	}, app.Methods("GET", "DELETE"), app.Auth(check))

	client := serve(a)
	token := apptest.Header("Authorization", "token")
	fmt.Println(client.HTTP.Get("/orders/7", token).Status, client.HTTP.Delete("/orders/7", token).Status)
	// Output: 200 403
}
