module github.com/chalice-go/chalice/bench

go 1.26.0

replace github.com/chalice-go/chalice => ../

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/awslabs/aws-lambda-go-api-proxy v0.16.2
	github.com/chalice-go/chalice v0.0.0
	github.com/danielgtaylor/huma/v2 v2.37.2
	github.com/go-chi/chi/v5 v5.5.0
	github.com/klauspost/compress v1.20.4
)
