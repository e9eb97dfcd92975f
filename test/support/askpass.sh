#!/bin/sh
# git asks this for a password, so that none stands in a URL, an argument or .git/config.
printf '%s\n' "$TEST_PASSWORD"
