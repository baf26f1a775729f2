package policy

import "context"

// IsLike reports whether the source is like that of the last analysis, as far as the report
// goes.
func IsLike(ctx context.Context, in Input) (bool, error) {
	a := &Analysis{ctx: ctx, in: in}
	var err error
	if a.outline, err = a.find(); err != nil {
		return false, err
	}
	return a.findLike() != nil, nil
}
