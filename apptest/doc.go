// Package apptest calls an app in the process of its test, as API Gateway and
// Lambda would call it.
//
//	func TestUser(t *testing.T) {
//		apptest.Setenv(t) // for an app that reads the environment while it is declared
//		client := apptest.NewClient(t, newApp())
//		response := client.HTTP.Get("/users/7", apptest.Header("Authorization", "secret"))
//		...
//		result, err := client.Lambda.Invoke("work", client.Events.SQS("myqueue", "a message"))
//	}
//
// Requests go through the gateway that chalice local uses: it matches routes,
// asks authorizers, wants API keys, answers browsers' questions about CORS, and
// gives handlers the events that Lambda would. Functions are those of package
// dispatch, with all middleware. Nothing listens, and nothing is compiled or
// deployed.
//
// The test runs with the environment variables of a stage; see [NewClient]. It
// logs what handlers log, and finds in [Response.Err] why a route failed, which
// a client doesn't get to see.
//
// The gateway is as strict as API Gateway. Three things surprise most:
//
//   - Bytes arrive as bytes only for a client whose Accept starts with one of the
//     app's binary types, or if the app has app.BinaryTypes("*/*"); else as base64.
//   - What an authorizer says of a token is kept for its TTL, 300 seconds unless
//     it has app.TTL. Each client has its own memory.
//   - A method that a path doesn't have is refused with status 403 before the app
//     hears of it.
package apptest
