package main

import (
	"github.com/bitbucket-as-code/bitbucket-as-code/sdk/go/bitbucketcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	cfg := config.New(ctx, "")
	workspace := cfg.Require("workspace")

	// The credential is BITBUCKET_TOKEN in the environment, or `Token` here.
	provider, err := bitbucketcloud.NewProvider(ctx, "bitbucket", &bitbucketcloud.ProviderArgs{
		Workspace: pulumi.String(workspace),
	})
	if err != nil {
		return err
	}
	of := pulumi.Provider(provider)
	acme := bitbucketcloud.GetWorkspaceOutput(ctx, bitbucketcloud.GetWorkspaceOutputArgs{
		Workspace: pulumi.String(workspace),
	}, of)

	platform, err := bitbucketcloud.NewProject(ctx, "platform", &bitbucketcloud.ProjectArgs{
		Key:  pulumi.String("PLAT"),
		Name: pulumi.Sprintf("Platform of %s", acme.Name()),
		// An example can go again; the default protects.
		Deletion: bitbucketcloud.ProjectDeletionAllow,
	}, of)
	if err != nil {
		return err
	}
	api, err := bitbucketcloud.NewRepository(ctx, "api", &bitbucketcloud.RepositoryArgs{
		Name:             pulumi.String("api"),
		Project:          platform.Key,
		Description:      pulumi.String("The API"),
		ForkPolicy:       bitbucketcloud.RepositoryForkPolicyNoPublicForks,
		PipelinesEnabled: pulumi.Bool(true),
		Deletion:         bitbucketcloud.RepositoryDeletionAllow,
	}, of)
	if err != nil {
		return err
	}
	_, err = bitbucketcloud.NewBranchRestriction(ctx, "noForce", &bitbucketcloud.BranchRestrictionArgs{
		Repository: api.Uuid,
		Kind:       bitbucketcloud.BranchRestrictionKindForce,
		Pattern:    pulumi.String("main"),
	}, of)
	if err != nil {
		return err
	}
	_, err = bitbucketcloud.NewWebhook(ctx, "ci", &bitbucketcloud.WebhookArgs{
		Repository: api.Uuid,
		Url:        pulumi.String("https://ci.example.com/bitbucket"),
		Events: bitbucketcloud.WebhookEventArray{
			bitbucketcloud.WebhookEventRepoPush,
			bitbucketcloud.WebhookEventPullrequestCreated,
		},
		Secret: cfg.RequireSecret("webhookSecret"),
	}, of)
	if err != nil {
		return err
	}
	_, err = bitbucketcloud.NewPipelineVariable(ctx, "token", &bitbucketcloud.PipelineVariableArgs{
		Level:      bitbucketcloud.PipelineVariableLevelRepository,
		Repository: api.Uuid,
		Key:        pulumi.String("DEPLOY_TOKEN"),
		Value:      cfg.RequireSecret("deployToken"),
		Secured:    pulumi.Bool(true),
	}, of)
	if err != nil {
		return err
	}
	ctx.Export("clone", api.CloneHttps)
	return nil
}
