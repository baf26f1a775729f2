// Package apptest calls an app in the process of its test, as API Gateway and
// Lambda would call it.
//
//	func TestUsers(t *testing.T) {
//		client := apptest.NewClient(t, newApp())
//
//		response := client.HTTP.Get("/users/7", apptest.Header("Authorization", "secret"))
//		if response.Status != 200 {
//			t.Errorf("got %d %s: %v", response.Status, response.Text(), response.Err)
//		}
//
//		_, err := client.Deliver(client.Events.SQS("renames", `{"id": "7"}`))
//		if err != nil {
//			t.Error(err)
//		}
//	}
//
// A [Client] has
//
//   - [HTTP], which sends requests to routes, with options such as [Header], [JSON],
//     [Query] and [Cookie], and returns a [Response];
//   - [Lambda], which calls one function, with any event, and returns a [Result];
//   - [Events], which makes events as AWS sends them;
//   - [Client.Deliver], which does what AWS does when something has happened: all
//     functions whose registrations ask for it get the event, with their patterns,
//     filters and batch sizes. [Client.Fire] has the time of a schedule come.
//
// An app that reads environment variables while it is declared is made after [Setenv].
//
// Requests go through the gateway that chalice local uses: it matches routes,
// asks authorizers, requires API keys, answers preflight requests, and passes
// to handlers the events that they would get in Lambda. Functions run in
// package dispatch, with all middleware. Nothing listens on a port, and nothing
// is compiled or deployed.
//
// The test runs with the environment variables of a stage; see [NewClient]. It
// logs what handlers log, and finds in [Response.Err] why a route failed, which
// a client isn't told.
//
// The gateway is as strict as API Gateway. Three things surprise most:
//
//   - A client gets bytes as bytes only if its Accept header starts with one
//     of the app's binary types, or if the app has "*/*" among them; see
//     [app.BinaryTypes].
//     Otherwise it gets base64.
//   - The gateway keeps an authorizer's answer to a token for its TTL, 300
//     seconds if it has no [app.TTL]. Each client has a cache of its own.
//   - A request with a method that its path doesn't have is refused with
//     status 403, and the app isn't called.
package apptest
