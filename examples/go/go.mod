module platform

go 1.25.11

require (
	github.com/bitbucket-as-code/bitbucket-as-code/sdk/go/bitbucketcloud v0.1.0
	github.com/pulumi/pulumi/sdk/v3 v3.259.0
)
