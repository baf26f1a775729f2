// Package artifact keeps the programs and templates of apps in a bucket, where
// Lambda and CloudFormation get them.
//
//	file --Put--> APP/STAGE/DIGEST.zip --> what Lambda runs
//	template --PutBytes--> APP/STAGE/DIGEST.json --URL--> what CloudFormation reads
//
// A key has the digest of its content, so what is there needn't be sent again,
// and [Store.Has] says so. S3 shows an object when it is whole and not before: a
// process that is killed leaves parts of an upload at most, and [Store.Put] goes
// on with those that are right.
//
// Each account has one bucket in a region, which [Store.Ensure] makes; a [Store]
// can also be of a bucket of the user's. Every request says whose bucket it means,
// so that nothing is sent to one that somebody else has made under its name.
package artifact
