#!/usr/bin/env bash
# Prints the newest commit whose deployment came through. What changed is counted from there, and not from the commit
# before the push: the services of a deployment that failed, or that made way for a newer one, would never be built.
# Nothing, for every service, when there is none, or it is no longer in the history of this commit.
set -euo pipefail
commit=$(gh run list --workflow deploy.yaml --branch main --event push --status success --limit 1 --json headSha --jq '.[].headSha')
if [ -n "$commit" ] && git merge-base --is-ancestor "$commit" HEAD 2> /dev/null; then
  echo "$commit"
fi
