package openapi

import (
	"cmp"
	"strings"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/ordered"
)

// defaultVersion is the version of an API of which nobody has said one. It is also that of
// the document that API Gateway gets.
const defaultVersion = "1.0"

// licenses is where a license is whose identifier SPDX knows, for OpenAPI 3.0, which has
// no identifiers.
const licenses = "https://spdx.org/licenses/"

// info says what the API is: as the configuration has it, and else the app's name and the
// comment of its package main.
func (b *builder) info() *ordered.Object {
	c := b.stage.OpenAPI
	if c == nil {
		c = &config.OpenAPI{}
	}
	info := ordered.New("title", cmp.Or(c.Title, b.model.Name))
	addText(info, "description", cmp.Or(harmless(c.Description), text(b.comments.Package)))
	addText(info, "termsOfService", c.TermsOfService)
	contact := &ordered.Object{}
	addText(contact, "name", c.Contact.Name)
	addText(contact, "url", c.Contact.URL)
	addText(contact, "email", c.Contact.Email)
	if contact.Len() > 0 {
		info.Add("contact", contact)
	}
	if c.License.Name != "" {
		license := ordered.New("name", c.License.Name)
		if b.version != V30 {
			addText(license, "identifier", c.License.Identifier)
		} else if c.License.Identifier != "" && !strings.ContainsAny(c.License.Identifier, " ()+:") {
			license.Add("url", licenses+c.License.Identifier+".html")
		}
		addText(license, "url", c.License.URL)
		info.Add("license", license)
	}
	info.Add("version", cmp.Or(c.Version, defaultVersion))
	return info
}
