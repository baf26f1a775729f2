// Package stack changes CloudFormation's stacks, and reports what happens to
// them.
//
//	Change --Prepare--> ChangeSet --Execute--> Operation --Follow--> Events, then the Stack or a Failure
//	                    ChangeSet --Discard--> nothing has changed
//
// It knows nothing about apps. The errors about a stack that can't be changed
// have types: [Busy], [Overtaken], [Stuck], [Protected].
//
// Two processes can change the same stack at the same time, and answers can get
// lost. So whenever CloudFormation refuses a request, an [Engine] looks at the
// stack again before it returns an error. A request that is sent twice has the
// same token, and takes effect once.
package stack
