// Package stack changes CloudFormation's stacks, and tells what happens to them.
//
//	Change --Prepare--> ChangeSet --Execute--> Operation --Follow--> Events, then the Stack or a Failure
//	                    ChangeSet --Discard--> nothing has changed
//
// It knows nothing of apps. What a command may say about a stack that it can't
// change has a type: [Busy], [Overtaken], [Stuck], [Protected].
//
// Two processes can change the same stack at once, and answers can be lost on
// their way. So whenever CloudFormation refuses something, an [Engine] looks at
// the stack again before it says what is wrong. A request that is sent twice
// has the same token, and does its work once.
package stack
