#!/usr/bin/env bash
# Applies what is rendered for an environment to a real API server, twice, without a cluster: it must refuse nothing, warn of
# nothing, and find nothing to change the second time. No part of the tests: it needs Go, openssl and curl, and builds
# Kubernetes from source, which takes half an hour once.
#
#   charts-cdk8s/checks/real-api-server.sh prod [<folder to build in, kept>]
set -euo pipefail
environment=${1:?which environment: dev, staging or prod}
work=$(realpath -m "${2:-$(mktemp -d)}")
cd "$(dirname "$0")/../.."
mkdir -p "$work"/{bin,crds,etcd,kubernetes}

kubernetes=1.33.13
etcd=3.5.21
# Whose kinds are rendered: a module that carries the CRDs, and where in it they are.
definitions=(
  'istio.io/api@v1.30.3 kubernetes/customresourcedefinitions.gen.yaml'
  'github.com/argoproj/argo-rollouts@v1.9.1 manifests/crds/*-crd.yaml'
  'github.com/argoproj/argo-cd/v3@v3.5.1 manifests/crds/app*-crd.yaml'
  'github.com/rabbitmq/cluster-operator/v2@v2.16.0 config/crd/bases/*.yaml'
  'github.com/prometheus-operator/prometheus-operator@v0.94.1 example/prometheus-operator-crd/*.yaml'
  'github.com/cert-manager/cert-manager@v1.20.2 deploy/crds/cert-manager.io_certificates.yaml'
  'github.com/external-secrets/external-secrets@v1.3.2 config/crds/bases/external-secrets.io_externalsecrets.yaml'
  'github.com/kedacore/keda/v2@v2.20.2 config/crd/bases/keda.sh_scaledobjects.yaml'
)

# A program out of a module whose own go.mod has replacements, which `go install` does not take.
build() { # <folder> <program> <import> <call>
  test -x "$work/bin/$2" && return
  mkdir -p "$work/$1/$2"
  printf 'package main\n\nimport (\n\t"os"\n\n\t%s\n)\n\nfunc main() { %s }\n' "$3" "$4" >"$work/$1/$2/main.go"
  (cd "$work/$1" && go mod tidy && go build -o "$work/bin/$2" "./$2")
}

printf 'module scratch\n\ngo 1.24.0\n\nrequire go.etcd.io/etcd/server/v3 v%s\n' "$etcd" >"$work/etcd/go.mod"
build etcd etcd '"go.etcd.io/etcd/server/v3/etcdmain"' 'etcdmain.Main(os.Args)'

source=$(go mod download -json "k8s.io/kubernetes@v$kubernetes" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
{
  printf 'module scratch\n\ngo 1.24.0\n\ngodebug default=go1.24\n\nrequire k8s.io/kubernetes v%s\n\n' "$kubernetes"
  sed -n "s#^\t\(k8s.io/[a-z-]*\) => ./staging.*#replace \1 => \1 v0.${kubernetes#1.}#p" "$source/go.mod"
} >"$work/kubernetes/go.mod"
cp "$source/go.sum" "$work/kubernetes/go.sum"
build kubernetes kube-apiserver '"k8s.io/kubernetes/cmd/kube-apiserver/app"' \
  'if app.NewAPIServerCommand().Execute() != nil { os.Exit(1) }'
build kubernetes kubectl '"k8s.io/kubectl/pkg/cmd"' 'if cmd.NewDefaultKubectlCommand().Execute() != nil { os.Exit(1) }'

for definition in "${definitions[@]}"; do
  read -r module files <<<"$definition"
  folder=$(cd "$work" && go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  # shellcheck disable=SC2086 # a pattern, to be expanded
  (cd "$folder" && cat_with_ends() { for file in "$@"; do cat "$file" && echo '---'; done; } && cat_with_ends $files) \
    >"$work/crds/$(echo "$module" | tr -c 'a-z0-9\n' -).yaml"
done
# Nobody publishes Kiali's as a module: its fields are checked by `synth` alone.
cat >"$work/crds/kiali.yaml" <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: kialis.kiali.io }
spec:
  group: kiali.io
  scope: Namespaced
  names: { kind: Kiali, plural: kialis }
  versions:
    - { name: v1alpha1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }
YAML

run=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$run"' EXIT
openssl genrsa -out "$run/accounts.key" 2048 2>/dev/null
token=$(openssl rand -hex 16)
echo "$token,admin,admin,system:masters" >"$run/tokens.csv"
# Three ports of the machine's own address: of the server, and of its store.
port=${PORT:-16443} client=http://127.0.0.1:$((${PORT:-16443} + 1)) peer=http://127.0.0.1:$((${PORT:-16443} + 2))
"$work/bin/etcd" --data-dir "$run/etcd" --listen-client-urls "$client" --advertise-client-urls "$client" \
  --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" >"$run/etcd.log" 2>&1 &
"$work/bin/kube-apiserver" --etcd-servers "$client" --bind-address 127.0.0.1 --secure-port "$port" \
  --cert-dir "$run/certificates" --token-auth-file "$run/tokens.csv" --authorization-mode RBAC --endpoint-reconciler-type none \
  --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$run/accounts.key" \
  --service-account-signing-key-file "$run/accounts.key" --service-cluster-ip-range 10.96.0.0/16 >"$run/server.log" 2>&1 &
kubectl() { "$work/bin/kubectl" --server "https://127.0.0.1:$port" --insecure-skip-tls-verify --token "$token" "$@"; }
for _ in $(seq 120); do
  if kubectl get --raw /readyz >"$run/ready" 2>&1; then break; fi
  sleep 1
done
if ! grep -q '^ok' "$run/ready"; then
  tail "$run/server.log"
  exit 1
fi

kubectl apply --server-side --filename "$work/crds" >/dev/null
kubectl wait --for condition=established --timeout 60s customresourcedefinitions --all >/dev/null
npm run --silent synth -- --env "$environment" --out "$run/manifests"
rm -rf "$run/manifests/edge"
# Of operators, which are not here.
for namespace in istio-system monitoring kiali; do kubectl create namespace "$namespace" >/dev/null; done
apply() { kubectl apply --server-side --validate=strict --filename "$run/manifests" 2>&1; }
versions() { kubectl get --filename "$run/manifests" --output 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\n"}{end}'; }
apply >"$run/applied" || true
if grep -v 'serverside-applied$' "$run/applied"; then exit 1; fi
versions >"$run/first"
apply >/dev/null
if ! versions | diff "$run/first" -; then
  echo 'the second time changed these'
  exit 1
fi
echo "$(wc -l <"$run/first") objects: accepted without a warning, and the same the second time"
