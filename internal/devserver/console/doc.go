// Package console is the page at /_chalice/ of local mode. It shows what the
// app has and what it does, and has forms to try it.
//
//	[Handler] --> /_chalice/            the page, embedded, with no build step
//	          --> /_chalice/docs        the API's documentation, another page
//	          --> /_chalice/openapi.json the OpenAPI document that it shows
//	          --> /_chalice/api/events  what happens, as server-sent events
//	          --> /_chalice/api/...     all else that the page shows or asks for, as JSON
//
// The page loads nothing from other sites and works offline. Its security
// policy allows no inline scripts or styles; it shows texts as text nodes only.
// It fetches values of environment variables only when the user asks for them.
package console
