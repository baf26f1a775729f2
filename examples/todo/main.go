// Command todo is a to-do list for several people: a REST API whose routes are typed,
// over DynamoDB, behind an authorizer. README.md says how to run it.
package main

import (
	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/dispatch"
)

func main() { dispatch.Start(newApp()) }

func newApp() *app.App {
	a := app.New("todo", app.RefuseUnknownMembers())
	mine := app.Auth(a.Authorizer(authorize))

	app.TypedRoute(a, "/todos", listTodos, mine)
	app.TypedRoute(a, "/todos", addTodo, mine, app.Methods("POST"))
	app.TypedRoute(a, "/todos/{id}", getTodo, mine, app.Errors(404))
	app.TypedRoute(a, "/todos/{id}", changeTodo, mine, app.Methods("PATCH"), app.Errors(404))
	app.TypedRoute(a, "/todos/{id}", removeTodo, mine, app.Methods("DELETE"), app.Errors(404))

	app.TypedLambda(a, addUser)
	return a
}
