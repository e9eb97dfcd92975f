module host

go 1.26.8

require github.com/pulumi/pulumi/sdk/v3 v3.60.0
