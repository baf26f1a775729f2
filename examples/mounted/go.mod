module github.com/chalice-go/chalice/examples/mounted

go 1.26.0

replace github.com/chalice-go/chalice => ../..

require (
	github.com/chalice-go/chalice v0.0.0
	github.com/go-chi/chi/v5 v5.5.0
)

require (
	github.com/aws/aws-lambda-go v1.55.1 // indirect
	github.com/go-jose/go-jose/v4 v4.1.9 // indirect
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/pool v0.2.1 // indirect
	github.com/gobwas/ws v1.4.0 // indirect
)
