package websocket

import (
	"context"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/apigatewaymanagementapi"

	"github.com/chalice-go/chalice/app"
)

// Client talks to the connections of one websocket API. A zero Client uses the
// AWS configuration that the SDK finds in its environment; [New] makes one with
// another configuration. A client needs to be configured before it is used. The
// first configuration counts, later ones change nothing. Its methods can be
// called by several goroutines at a time.
type Client struct {
	mu  sync.Mutex
	at  address
	aws *aws.Config
	api *apigatewaymanagementapi.Client // made when it is first needed
}

// New makes a client with an AWS configuration. The configuration's region is
// used for [Client.ConfigureAPI] if the environment names none.
func New(cfg aws.Config) *Client { return &Client{aws: &cfg} }

// Configure makes the client talk to the API that an event came from. It uses
// the API's id, not the event's domain, which may be a custom one.
func (c *Client) Configure(e *app.WebsocketEvent) { c.ConfigureAPI(e.APIID(), e.Stage()) }

// ConfigureAPI makes the client talk to a stage of an API in the region that
// AWS_REGION or AWS_DEFAULT_REGION names, or else in that of the AWS
// configuration.
func (c *Client) ConfigureAPI(apiID, stage string) {
	c.configure(address{apiID: apiID, stage: stage})
}

// ConfigureDomain makes the client talk to a stage of the API behind a domain:
// the domain that API Gateway made, or a custom one. For a custom domain, stage
// is the key of the API mapping, which may be empty.
func (c *Client) ConfigureDomain(domain, stage string) {
	c.configure(address{domain: domain, stage: stage})
}

// configure keeps the first address that isn't the zero one.
func (c *Client) configure(at address) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.isZero() && !at.isZero() {
		c.at = at
	}
}

// Send sends a message to the client of a connection. API Gateway takes up to 128 KB. The
// error is a [*GoneError] if there is no such connection, and [ErrNotConfigured] or
// [ErrNoRegion] if the client doesn't know where to send.
func (c *Client) Send(ctx context.Context, connectionID string, data []byte) error {
	api, err := c.client(ctx)
	if err != nil {
		return err
	}
	if data == nil {
		data = []byte{} // an empty message; the SDK refuses nil
	}
	_, err = api.PostToConnection(ctx, &apigatewaymanagementapi.PostToConnectionInput{
		ConnectionId: &connectionID, Data: data,
	})
	return asGone(connectionID, err)
}

// Close ends a connection. Its errors are those of [Client.Send].
func (c *Client) Close(ctx context.Context, connectionID string) error {
	api, err := c.client(ctx)
	if err != nil {
		return err
	}
	_, err = api.DeleteConnection(ctx, &apigatewaymanagementapi.DeleteConnectionInput{ConnectionId: &connectionID})
	return asGone(connectionID, err)
}

// Info returns since when a connection has been open, when it was last active,
// and who is at its other end. Its errors are those of [Client.Send].
func (c *Client) Info(ctx context.Context, connectionID string) (*apigatewaymanagementapi.GetConnectionOutput, error) {
	api, err := c.client(ctx)
	if err != nil {
		return nil, err
	}
	info, err := api.GetConnection(ctx, &apigatewaymanagementapi.GetConnectionInput{ConnectionId: &connectionID})
	return info, asGone(connectionID, err)
}

// client returns the SDK's client. If that can't be made, the next call tries
// again.
func (c *Client) client(ctx context.Context) (*apigatewaymanagementapi.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.api != nil {
		return c.api, nil
	}
	if c.aws == nil {
		loaded, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return nil, &ConfigError{err}
		}
		c.aws = &loaded
	}
	if c.at.isZero() {
		return nil, ErrNotConfigured
	}
	region := c.at.region(*c.aws)
	if region == "" {
		return nil, ErrNoRegion
	}
	endpoint := c.at.endpoint(region)
	c.api = apigatewaymanagementapi.NewFromConfig(*c.aws, func(o *apigatewaymanagementapi.Options) {
		o.Region = region
		o.BaseEndpoint = &endpoint
		// A call has to be signed even if nobody checks the signature. Without
		// credentials the SDK would search for them in vain; in Lambda there always
		// are some.
		if isLocal(endpoint) && os.Getenv("AWS_ACCESS_KEY_ID") == "" {
			o.Credentials = aws.CredentialsProviderFunc(standIn)
		}
		// An API has one address only, so the SDK's other endpoints don't apply.
		o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
		o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
	})
	return c.api, nil
}
