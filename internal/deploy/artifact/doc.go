// Package artifact keeps the programs and templates of apps in a bucket, where
// Lambda and CloudFormation get them.
//
//	file --Put--> APP/STAGE/DIGEST.zip --> what Lambda runs
//	template --PutBytes--> APP/STAGE/DIGEST.json --URL--> what CloudFormation reads
//
// A key contains the digest of its content, so what is in the bucket needn't be
// sent again, and [Store.Has] reports that. In S3 an object is visible only
// when it is complete: a process that is killed leaves at most parts of an
// upload, and [Store.Put] continues with those that are right.
//
// Each account has one bucket in a region, which [Store.Ensure] makes; a
// [Store] can also use a bucket of the user's. Every request says to which
// account the bucket has to belong, so that nothing is sent to a bucket that
// somebody else has made under its name.
package artifact
