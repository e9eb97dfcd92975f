@echo off
node "%~dp0pulumi-resource-bitbucket-cloud" %*
