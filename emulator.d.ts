export * from "bitbucket-as-code-emulator";
