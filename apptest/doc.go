// Package apptest calls an app in the process of its test, as API Gateway and
// Lambda would call it.
//
//	func TestUser(t *testing.T) {
//		client := apptest.NewClient(t, newApp())
//		response := client.HTTP.Get("/users/7", apptest.Header("Authorization", "secret"))
//		...
//		result, err := client.Lambda.Invoke("work", client.Events.SQS("myqueue", "a message"))
//	}
//
// Requests go through the gateway that chalice local uses: it matches routes,
// asks authorizers, answers browsers' questions about CORS, and gives handlers
// the events that Lambda would. Functions are those of package dispatch, with
// all middleware. Nothing listens, and nothing is compiled or deployed.
//
// The test runs with the environment variables of a stage; see [NewClient].
package apptest
