package deploy

import (
	"context"
	"errors"
	"fmt"

	"github.com/chalice-go/chalice/internal/deploy/stack"
)

// ContinueRollback finishes the rollback of a failed update, of a stack in
// UPDATE_ROLLBACK_FAILED, and returns the stack's name. It deploys nothing, and
// the app need not compile. The resources in skip, given by logical id, stay as
// they are.
func ContinueRollback(ctx context.Context, in Input, skip []string) (name string, err error) {
	p, err := in.place()
	if err != nil {
		return "", err
	}
	session, err := p.connect(ctx, in)
	if err != nil {
		return "", err
	}
	engine := stack.NewEngine(session.Config)
	s, err := engine.Find(ctx, p.stack)
	if err != nil {
		return "", err
	}
	if s == nil {
		who, err := session.Identity(ctx)
		return "", errors.Join(err, &NotDeployed{Stage: p.stage, Stack: p.stack, Account: who.Account, Region: session.Region})
	}
	op, err := engine.ContinueRollback(ctx, s, skip)
	if err != nil {
		return "", err
	}
	if _, err := in.follow(ctx, engine, op, 0); err != nil {
		return "", in.explainRollback(err)
	}
	return s.Name, nil
}

// explainRollback adds advice to the error of a rollback that has failed again.
func (in *Input) explainRollback(err error) error {
	return explained(err, func(f *Failed) {
		if f.Advice == "" {
			f.Advice = fmt.Sprintf("mend that and do the same again, or leave it as it is%s", in.Names.Advice(" (", "Skip", " "+f.Cause.LogicalID+")"))
		}
	})
}
