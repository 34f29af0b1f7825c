#!/usr/bin/env bash
# Builds the programs that the cold-start measurement compares with: benchmarks/peers/build.sh [NAME…], all of them without a name.
#
# Each goes to artifacts/peers/NAME/, and NAME.versions says in a line what it was built with. What cannot be built here leaves a line in
# NAME.missing instead, which the measurement prints, and is left out.
# Versions of packages: Directory.Packages.props (NuGet), node/package.json (npm); Go's packages are Debian's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
export NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=${NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT:-2}

artifacts=$(cd ../.. && pwd)/artifacts
peers=(c bare-aot http-client http-client-jit node go runtime-support)
go_sdk=golang-github-aws-aws-sdk-go-v2-dev

case $(uname -m) in
  x86_64) runtime=linux-x64 ;;
  aarch64 | arm64) runtime=linux-arm64 ;;
  *)
    echo "peers: this machine ($(uname -m)) is neither x86_64 nor arm64" >&2
    exit 1
    ;;
esac

# Every build_NAME gets an empty folder and leaves the program in it. It returns 1 with the reason in $reason when something is
# missing on this machine, and prints what the tools said in $log when they failed.

build_c() {
  command -v gcc >/dev/null || { reason="no C compiler (package gcc)" && return 1; }
  gcc -O2 -static -Wall -Wextra -Werror -s -o "$1/bootstrap" c/bootstrap.c >"$log" 2>&1 || return 1
  echo "gcc $(gcc -dumpfullversion), static" >"$1.versions"
}

build_bare-aot() { native bare-aot BareAot "$1"; }
build_http-client() { native http-client HttpClientPeer "$1"; }
build_runtime-support() { native runtime-support RuntimeSupportPeer "$1"; }

# native FOLDER PROJECT TO: compiles a .NET peer to native code
native() {
  local absent from=$artifacts/peers-native
  if ! dotnet restore "$1" -p:RuntimeIdentifier="$runtime" --artifacts-path "$from" -v:q -nologo -tl:off >"$log" 2>&1; then
    absent=$(grep -oE "(NU110[12]: Unable to find package|NU1301: Failed to retrieve information about) '?[A-Za-z0-9.-]+" "$log" |
      grep -oE '[A-Za-z0-9.-]+$' | sed 's/[.]$//' | sort -u | paste -sd' ' || true)
    [ -n "$absent" ] || return 1
    reason="the package feed lacks $absent"
    return 1
  fi
  dotnet publish "$1" --no-restore -c Release -r "$runtime" --artifacts-path "$from" -v:q -nologo -tl:off >"$log" 2>&1 || return 1
  # The binary, and the shared libraries that packages bring; symbols stay behind.
  cp "$from/publish/$2/release_$runtime/$2" "$3/bootstrap" || return 1
  find "$from/publish/$2/release_$runtime" -name '*.so' -exec cp -t "$3" {} + || return 1
  echo "net10.0 Native AOT, SDK $(dotnet --version)" >"$3.versions"
}

# ReadyToRun, as AWS's own template does it, where the feed serves its compiler; plain IL otherwise.
build_http-client-jit() {
  local options=(-c Release -p:PublishAot=false -p:SelfContained=false -p:UseAppHost=false
    -p:RuntimeIdentifier="$runtime" -p:DebugType=none --artifacts-path "$artifacts/peers-jit" -o "$1" -v:q -nologo -tl:off)
  local code=ReadyToRun
  dotnet publish http-client "${options[@]}" -p:PublishReadyToRun=true >"$log" 2>&1 || {
    code=IL
    dotnet publish http-client "${options[@]}" >"$log" 2>&1 || return 1
  }
  rm -f "$1/HttpClientPeer.deps.json"
  echo "net10.0 on the JIT, $code, SDK $(dotnet --version)" >"$1.versions"
}

build_node() {
  local work=$artifacts/peers-node tool
  for tool in node npm cmake autoconf automake libtoolize g++; do
    command -v "$tool" >/dev/null || { reason="no $tool (aws-lambda-ric compiles its client: nodejs npm cmake autoconf automake libtool g++)" && return 1; }
  done
  mkdir -p "$work"
  if ! cmp -s node/package-lock.json "$work/package-lock.json" || [ ! -e "$work/node_modules/aws-lambda-ric/dist/rapid-client.node" ]; then
    cp node/package.json node/package-lock.json "$work/"
    (cd "$work" && npm ci --no-audit --no-fund >"$log" 2>&1) || { rm -f "$work/package-lock.json" && return 1; }
  fi
  (cd "$work" && cp "$OLDPWD/node/index.mjs" . && node_modules/.bin/esbuild index.mjs --bundle --minify --platform=node --target=node20 \
    --format=cjs --outfile="$1/index.js" --log-level=error >"$log" 2>&1) || return 1
  # The runtime client stands where Lambda's own Node image has it: outside the function's package.
  mkdir -p "$1.runtime"
  cp -r "$work/node_modules/aws-lambda-ric/"{bin,dist,package.json} "$1.runtime/"
  echo "Node $(node --version), aws-lambda-ric $(version_of "$work" aws-lambda-ric), @aws-sdk/client-sqs $(version_of "$work" @aws-sdk/client-sqs)" >"$1.versions"
}

version_of() { node -p "require('$1/node_modules/$2/package.json').version"; }

build_go() {
  command -v go >/dev/null || { reason="no Go (package golang-go)" && return 1; }
  [ -d /usr/share/gocode/src/github.com/aws/aws-sdk-go-v2 ] || { reason="no AWS SDK for Go (package $go_sdk)" && return 1; }
  GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' CGO_ENABLED=0 GOCACHE=$artifacts/peers-go \
    go build -trimpath -ldflags '-s -w' -o "$1/bootstrap" go/main.go >"$log" 2>&1 || return 1
  echo "$(go version | cut -d' ' -f3 | sed 's/^go/Go /'), $go_sdk $(dpkg-query -W -f '${Version}' "$go_sdk")" >"$1.versions"
}

# A line for each tool that is installed
tool_versions() {
  echo "dotnet $(dotnet --version)"
  ! command -v gcc >/dev/null || echo "gcc $(gcc -dumpfullversion)"
  ! command -v go >/dev/null || go version
  ! command -v node >/dev/null || echo "node $(node --version)"
  echo "$go_sdk $(dpkg-query -W -f '${Version}' "$go_sdk" 2>/dev/null || true)"
}

# The sources and the tools' versions, as one hash: what has not changed is not built again.
inputs() {
  {
    sha256sum build.sh ./*.props ../../Directory.*.props ../../global.json
    find "${1%-jit}" -type f ! -path '*/obj/*' ! -path '*/bin/*' ! -path '*/node_modules/*' -print0 | sort -z | xargs -0 sha256sum
    tool_versions
  } | sha256sum | cut -d' ' -f1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# = 0 ] || peers=("$@")
for name in "${peers[@]}"; do
  declare -F "build_$name" >/dev/null || { echo "peers: there is no peer '$name'" >&2 && exit 2; }
  folder=$artifacts/peers/$name
  hash=$(inputs "$name")
  [ "$(cat "$folder.stamp" 2>/dev/null)" != "$hash" ] || continue
  printf '%-9s %s\n' compile "peer $name"
  rm -rf "$folder" "$folder".*
  mkdir -p "$folder"
  reason=''
  : >"$log"
  if ! "build_$name" "$folder"; then
    if [ -z "$reason" ]; then
      cat "$log" >&2
      reason="its build failed"
    fi
    rm -rf "$folder" "$folder".*
    echo "$reason" >"$folder.missing"
    printf '%-9s %s\n' missing "peer $name: $reason"
    continue
  fi
  echo "$hash" >"$folder.stamp"
done
