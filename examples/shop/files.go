package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// maxPictures is how many pictures a product can have.
const maxPictures = 9

// AddPicture is a form with a picture.
type AddPicture struct {
	Caller
	ProductPath
	// A PNG or a JPEG.
	File app.File `form:"file"`
	// What the picture shows.
	Title string `form:"title,omitzero" maxLength:"100" pattern:"^[ -~]*$" example:"From the left"`
}

// kinds are the media types of pictures, by how their files start.
var kinds = map[string]string{"\x89PNG\r\n\x1a\n": "image/png", "\xff\xd8\xff": "image/jpeg"}

// Validate returns what is wrong with the file.
func (in *AddPicture) Validate() error {
	if in.kind() == "" {
		return app.Violations{{In: "body", Name: "/file", Problem: "has to be a PNG or a JPEG"}}
	}
	return nil
}

// kind returns the media type of the file, whatever the client says of it.
func (in *AddPicture) kind() string {
	for start, kind := range kinds {
		if bytes.HasPrefix(in.File.Data, []byte(start)) {
			return kind
		}
	}
	return ""
}

// PictureAdded is a new picture.
type PictureAdded struct {
	Status int `status:"201"`
	// The path of the picture.
	Location string `header:"Location"`
	Number   int    `json:"number" minimum:"1" maximum:"9"`
	Type     string `json:"type" enum:"image/jpeg,image/png"`
	// In bytes.
	Size int `json:"size"`
}

// addPicture adds a picture to a product, which can have nine.
func (s *shop) addPicture(ctx context.Context, in *AddPicture) (*PictureAdded, error) {
	if _, err := find(ctx, s.products, "product", in.ID); err != nil {
		return nil, err
	}
	there, err := s.pictures.List(ctx, in.ID+"/")
	if err != nil {
		return nil, err
	}
	added := Picture{in.kind(), in.Title, in.File.Data}
	number := len(there) + 1
	_, err = s.pictures.Update(ctx, numbered(in.ID, number), func(old Picture, exists bool) (Picture, error) {
		if exists || number > maxPictures {
			return old, app.Conflict("the product has nine pictures")
		}
		return added, nil
	})
	if err != nil {
		return nil, err
	}
	location := fmt.Sprintf("/products/%s/pictures/%d", in.ID, number)
	answer := &PictureAdded{Location: location, Number: number, Type: added.Type, Size: len(added.Body)}
	return answer, s.record(ctx, in.Caller, "picture", in.ID)
}

// Import is a table of products: a line of CSV for each, without a title line, with the
// columns id, name, category, cents and stock.
type Import struct {
	Caller
	Body string `minLength:"1" maxLength:"1000000" example:"mug-green,Green mug,kitchen,1290,5"`
}

// Imported says what became of an import.
type Imported struct {
	Products int `json:"products"`
	// What is wrong, by the number of the line.
	Problems map[string]string `json:"problems"`
}

// importProducts puts many products on sale, or changes them.
func (s *shop) importProducts(ctx context.Context, in *Import) (*Imported, error) {
	done := &Imported{Problems: map[string]string{}}
	lines := csv.NewReader(strings.NewReader(in.Body))
	lines.FieldsPerRecord = 5
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return done, s.record(ctx, in.Caller, "import", strconv.Itoa(done.Products)+" products")
		}
		if err == nil {
			err = s.importProduct(ctx, fields)
		}
		var syntax *csv.ParseError
		switch known, ok := app.StatusOf(err); {
		case err == nil:
			done.Products++
		case errors.As(err, &syntax):
			done.Problems[strconv.Itoa(syntax.Line)] = syntax.Err.Error()
		case ok:
			line, _ := lines.FieldPos(0)
			done.Problems[strconv.Itoa(line)] = known.Message
		default:
			return nil, err
		}
	}
}

// productID is what a product's id looks like.
var productID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

func (s *shop) importProduct(ctx context.Context, fields []string) error {
	cents, notCents := strconv.ParseInt(fields[3], 10, 64)
	stock, notStock := strconv.Atoi(fields[4])
	switch {
	case !productID.MatchString(fields[0]):
		return app.BadRequest("this is no id")
	case fields[1] == "" || utf8.RuneCountInString(fields[1]) > 120:
		return app.BadRequest("the name is empty or too long")
	case !slices.ContainsFunc(categories, func(c Category) bool { return c.Slug == fields[2] }):
		return app.BadRequest("there is no such category")
	case notCents != nil || cents < 0 || cents > 100_000_000:
		return app.BadRequest("this is no price in cents")
	case notStock != nil || stock < 0 || stock > 1_000_000:
		return app.BadRequest("the stock is no number")
	}
	_, err := s.products.Update(ctx, fields[0], func(p Product, exists bool) (Product, error) {
		if !exists {
			p.ID, p.CreatedAt = fields[0], now()
		}
		p.Name, p.Category, p.Price, p.Stock, p.version = fields[1], fields[2], euros(cents), stock, p.version+1
		return p, nil
	})
	return err
}

// Export asks for a table.
type Export struct {
	Kind   string `path:"kind" enum:"orders,products" doc:"What is exported." example:"products"`
	Format string `query:"format" enum:"csv,json" default:"csv"`
}

// Exported is a table in a file.
type Exported interface{ exported() }

// ExportedCSV is a table as lines of CSV, the first with the titles.
type ExportedCSV struct {
	Type        string `header:"Content-Type" enum:"text/csv"`
	Disposition string `header:"Content-Disposition"`
	Body        string
}

// ExportedJSON is a table as JSON: a list with an object for each line.
type ExportedJSON struct {
	Disposition string `header:"Content-Disposition"`
	Body        []map[string]string
}

func (*ExportedCSV) exported()  {}
func (*ExportedJSON) exported() {}

// export returns all products or all orders, as a file.
func (s *shop) export(ctx context.Context, in *Export) (Exported, error) {
	rows, err := s.rows(ctx, in.Kind)
	if err != nil {
		return nil, err
	}
	disposition := fmt.Sprintf("attachment; filename=%q", in.Kind+"."+in.Format)
	if in.Format == "json" {
		answer := &ExportedJSON{disposition, []map[string]string{}}
		for _, row := range rows[1:] {
			line := map[string]string{}
			for i, title := range rows[0] {
				line[title] = row[i]
			}
			answer.Body = append(answer.Body, line)
		}
		return answer, nil
	}
	var text strings.Builder
	err = csv.NewWriter(&text).WriteAll(rows)
	return &ExportedCSV{"text/csv", disposition, text.String()}, err
}

// rows returns the titles of a table, and its lines.
func (s *shop) rows(ctx context.Context, kind string) ([][]string, error) {
	if kind == "orders" {
		orders, err := s.orders.List(ctx, "")
		rows := [][]string{{"id", "status", "cents", "created"}}
		for _, o := range orders {
			rows = append(rows, []string{o.ID, string(o.Status), strconv.FormatInt(o.Total.Amount, 10), o.CreatedAt.Format(time.RFC3339)})
		}
		return rows, err
	}
	products, err := s.products.List(ctx, "")
	rows := [][]string{{"id", "name", "category", "cents", "stock"}}
	for _, p := range products {
		rows = append(rows, []string{p.ID, p.Name, p.Category, strconv.FormatInt(p.Price.Amount, 10), strconv.Itoa(p.Stock)})
	}
	return rows, err
}
