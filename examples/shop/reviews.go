package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/chalice-go/chalice/app"
)

// ReviewFields is what a customer says about a product.
type ReviewFields struct {
	Stars int    `json:"stars" minimum:"1" maximum:"5" example:"4"`
	Title string `json:"title" minLength:"1" maxLength:"80" example:"Holds a lot"`
	Text  string `json:"text,omitempty" maxLength:"4000"`
}

// Review is a customer's review of a product.
type Review struct {
	// Unique among the reviews of the product.
	Number int `json:"number" minimum:"1"`
	ReviewFields
	// The customer's name.
	Author    string    `json:"author"`
	CreatedAt time.Time `json:"createdAt"`
	// How many customers found it helpful.
	Helpful int `json:"helpful"`

	product, customer string
	voters            []string
}

// ReviewPath is the review that a route is about.
type ReviewPath struct {
	ProductPath
	Number int `path:"review" minimum:"1" maximum:"999999" doc:"The review's number." example:"1"`
}

func (r ReviewPath) key() string { return numbered(r.ID, r.Number) }

// numbered returns the key of the nth thing of a product. Keys are in the order of the numbers.
func numbered(product string, n int) string { return fmt.Sprintf("%s/%06d", product, n) }

// reviewing declares the reviews of products. Everybody may read them.
func (s *shop) reviewing(account app.RouteOption) *app.Blueprint {
	b, tag := app.NewBlueprint(), app.Tags("reviews")
	const all, one = "/products/{product}/reviews", "/products/{product}/reviews/{review}"
	app.TypedRoute(b, all, s.listReviews, tag, app.Errors(404))
	app.TypedRoute(b, all, s.addReview, tag, account, app.Methods("POST"), app.Errors(404, 409))
	app.TypedRoute(b, one, s.getReview, tag, app.Errors(404))
	app.TypedRoute(b, one, s.changeReview, tag, account, app.Methods("PUT"), app.Errors(403, 404))
	app.TypedRoute(b, one, s.deleteReview, tag, account, app.Methods("DELETE"), app.Errors(403, 404))
	app.TypedRoute(b, one+"/votes", s.voteForReview, tag, account, app.Methods("POST"), app.Errors(404, 409))
	return b
}

// ReviewSearch is which reviews are asked for.
type ReviewSearch struct {
	ProductPath
	Paging
	// Only reviews with one of these numbers of stars.
	Stars []int `query:"stars,omitzero" minimum:"1" maximum:"5" uniqueItems:"true"`
}

// ReviewList is a page of reviews.
type ReviewList struct {
	Body Page[Review]
}

// listReviews lists the reviews of a product, the oldest first.
func (s *shop) listReviews(ctx context.Context, in *ReviewSearch) (*ReviewList, error) {
	if _, err := find(ctx, s.products, "product", in.ID); err != nil {
		return nil, err
	}
	reviews, err := s.reviews.List(ctx, in.ID+"/")
	if err != nil {
		return nil, err
	}
	reviews = slices.DeleteFunc(reviews, func(r Review) bool {
		return len(in.Stars) > 0 && !slices.Contains(in.Stars, r.Stars)
	})
	return &ReviewList{page(reviews, in.Paging, func(r Review) string { return strconv.Itoa(r.Number) })}, nil
}

// AddReview is a new review.
type AddReview struct {
	Caller
	ProductPath
	ReviewFields
}

// ReviewAdded is a new review.
type ReviewAdded struct {
	Status int `status:"201"`
	// The path of the review.
	Location string `header:"Location"`
	Body     Review
}

// addReview adds a review. A customer has one of each product.
func (s *shop) addReview(ctx context.Context, in *AddReview) (*ReviewAdded, error) {
	author, err := s.customer(ctx, in.Caller)
	if err != nil {
		return nil, err
	}
	added := Review{ReviewFields: in.ReviewFields, Author: author.Name, CreatedAt: now(), product: in.ID, customer: author.ID}
	_, err = modify(ctx, s.products, "product", in.ID, func(p Product) (Product, error) {
		reviews, err := s.reviews.List(ctx, in.ID+"/")
		if err != nil {
			return p, err
		}
		if slices.ContainsFunc(reviews, func(r Review) bool { return r.customer == author.ID }) {
			return p, app.Conflict("you have reviewed this product already")
		}
		if len(reviews) > 0 {
			added.Number = reviews[len(reviews)-1].Number
		}
		added.Number++
		_, err = s.reviews.Update(ctx, numbered(in.ID, added.Number), put(added))
		return rated(p, append(reviews, added)), err
	})
	if err != nil {
		return nil, err
	}
	return &ReviewAdded{Location: fmt.Sprintf("/products/%s/reviews/%d", in.ID, added.Number), Body: added}, nil
}

// put is a change of a table's record to this one, whatever was there.
func put[T any](record T) func(T, bool) (T, error) {
	return func(T, bool) (T, error) { return record, nil }
}

// rated returns the product with the average of its reviews.
func rated(p Product, reviews []Review) Product {
	p.Rating = nil
	if len(reviews) > 0 {
		sum := 0
		for _, r := range reviews {
			sum += r.Stars
		}
		p.Rating = new(float64(sum) / float64(len(reviews)))
	}
	p.version++
	return p
}

// ReviewFound is a review.
type ReviewFound struct {
	Body Review
}

// getReview returns a review.
func (s *shop) getReview(ctx context.Context, in *ReviewPath) (*ReviewFound, error) {
	r, err := find(ctx, s.reviews, "review", in.key())
	return &ReviewFound{r}, err
}

// mayChange returns an error unless the review is the caller's, or the caller is of the staff.
func (c Caller) mayChange(r Review) error {
	if r.customer != c.customerID() && !c.staff() {
		return app.Forbidden("somebody else has written this review")
	}
	return nil
}

// ChangeReview is what a review is to be.
type ChangeReview struct {
	Caller
	ReviewPath
	ReviewFields
}

// changeReview changes a review, which its author and the staff may do.
func (s *shop) changeReview(ctx context.Context, in *ChangeReview) (*ReviewFound, error) {
	r, err := modify(ctx, s.reviews, "review", in.key(), func(r Review) (Review, error) {
		if err := in.mayChange(r); err != nil {
			return r, err
		}
		r.ReviewFields = in.ReviewFields
		return r, nil
	})
	if err != nil {
		return nil, err
	}
	return &ReviewFound{r}, s.rate(ctx, in.ID)
}

// rate computes the rating of a product again.
func (s *shop) rate(ctx context.Context, product string) error {
	_, err := modify(ctx, s.products, "product", product, func(p Product) (Product, error) {
		reviews, err := s.reviews.List(ctx, product+"/")
		return rated(p, reviews), err
	})
	return err
}

// OwnReview is a review that is the caller's.
type OwnReview struct {
	Caller
	ReviewPath
}

// Nothing is an answer without a body.
type Nothing struct{}

// deleteReview deletes a review, which its author and the staff may do.
func (s *shop) deleteReview(ctx context.Context, in *OwnReview) (*Nothing, error) {
	err := s.reviews.Delete(ctx, in.key(), in.mayChange)
	if err != nil {
		return nil, missing(err, "review")
	}
	return &Nothing{}, s.rate(ctx, in.ID)
}

// Vote says whether a review has helped.
type Vote struct {
	Caller
	ReviewPath
	Helpful bool `json:"helpful"`
}

// voteForReview says that a review has helped, or takes that back.
func (s *shop) voteForReview(ctx context.Context, in *Vote) (*ReviewFound, error) {
	me := in.customerID()
	r, err := modify(ctx, s.reviews, "review", in.key(), func(r Review) (Review, error) {
		if r.customer == me {
			return r, app.Conflict("nobody votes for a review of their own")
		}
		r.voters = slices.DeleteFunc(slices.Clone(r.voters), func(voter string) bool { return voter == me })
		if in.Helpful {
			r.voters = append(r.voters, me)
		}
		r.Helpful = len(r.voters)
		return r, nil
	})
	return &ReviewFound{r}, err
}
