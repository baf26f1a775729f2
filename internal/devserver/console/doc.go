// Package console is the page at /_chalice/ of local mode: what the app has, what
// it does, and forms to try it.
//
//	[Handler] --> /_chalice/            the page, embedded, with no build step
//	          --> /_chalice/api/events  what happens, as server-sent events
//	          --> /_chalice/api/...     all else that the page shows or asks for, as JSON
//
// The page loads nothing from elsewhere and works offline. Its security policy
// allows no inline script or style; it shows texts as text nodes only. Values of
// environment variables are fetched when the user asks for them.
package console
