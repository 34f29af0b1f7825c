#!/usr/bin/env bash
# Builds the programs that the cold-start measurement compares with: benchmarks/peers/build.sh [NAME…], all of them without a name.
#
# Each goes to artifacts/peers/NAME/, and NAME.versions says in a line what it was built with. What cannot be built here leaves a line in
# NAME.missing instead, which the measurement prints, and is left out.
# Versions of packages: Directory.Packages.props (NuGet), node/package.json (npm); Go's and Rust's packages are Debian's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
export LC_ALL=C DOTNET_CLI_UI_LANGUAGE=en # what tools say is read here
export NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=${NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT:-2}

artifacts=$(cd ../.. && pwd)/artifacts
peers=(c bare-aot http-client http-client-jit aws-sdk runtime-support meai-openai model-agent node go rust-minimal rust-tokio)
go_sdk=golang-github-aws-aws-sdk-go-v2-dev
crates=/usr/share/cargo/registry
rust_packages=(rustc cargo librust-{base64,hex,hmac,hyper,hyper-rustls,md-5,ring,rustls,rustls-pemfile,serde,serde-json,sha2,time,tokio}-dev)

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
build_aws-sdk() { native aws-sdk AwsSdkPeer "$1" AWSSDK.SQS NSec.Cryptography; }
build_meai-openai() { native meai-openai MeaiOpenAIPeer "$1" Microsoft.Extensions.AI.OpenAI OpenAI; }
build_model-agent() { native model-agent ModelAgentFunction "$1"; }
build_runtime-support() { native runtime-support RuntimeSupportPeer "$1" Amazon.Lambda.RuntimeSupport AWSSDK.SQS NSec.Cryptography; }

# restore_errors: every error of a restore in $log, each once: packages that the feed has not by their names, others in NuGet's words
restore_errors() {
  local absent others
  absent=$(grep -oE "(NU110[12]: Unable to find package|NU1301: Failed to retrieve information about) '?[A-Za-z0-9.-]+" "$log" |
    grep -oE '[A-Za-z0-9.-]+$' | sed 's/[.]$//' | sort -u | paste -sd' ' || true)
  others=$(grep -oE 'error NU[0-9]+: .*' "$log" | grep -vE '^error NU(110[12]: Unable to find package|1301: Failed to retrieve information about)' |
    sed -E 's/^error //; s/ \[[^]]*\]$//; s/(: )Warning As Error: /\1/' | sort -u | paste -sd';' | sed 's/;/; /g' || true)
  [ -z "$absent" ] || printf 'the package feed lacks %s: with one that has them ./build.sh cold-start builds and measures this peer' "$absent"
  [ -z "$absent" ] || [ -z "$others" ] || printf '; '
  printf '%s' "$others"
}

# native FOLDER PROJECT TO [PACKAGE…]: compiles a .NET peer to native code
native() {
  local package from=$artifacts/peers-native versions
  if ! dotnet restore "$1" -p:RuntimeIdentifier="$runtime" --artifacts-path "$from" -v:q -nologo -tl:off >"$log" 2>&1; then
    reason=$(restore_errors)
    return 1
  fi
  dotnet publish "$1" --no-restore -c Release -r "$runtime" --artifacts-path "$from" -v:q -nologo -tl:off >"$log" 2>&1 || return 1
  # The binary, and the shared libraries that packages bring; symbols stay behind.
  cp "$from/publish/$2/release_$runtime/$2" "$3/bootstrap" || return 1
  find "$from/publish/$2/release_$runtime" -name '*.so' -exec cp -t "$3" {} + || return 1
  versions="net10.0 Native AOT, SDK $(dotnet --version)"
  for package in "${@:4}"; do
    versions+=", $package $(sed -nE "s/.*\"$package\" Version=\"([^\"]+)\".*/\1/p" Directory.Packages.props ../../Directory.Packages.props)"
  done
  echo "$versions" >"$3.versions"
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
  local work=$artifacts/peers-node tool versions=''
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
  for tool in aws-lambda-ric @aws-sdk/client-sqs; do
    versions+=", $tool $(version_of "$work" "$tool")"
  done
  echo "Node $(node --version)$versions" >"$1.versions"
}

version_of() { node -p "require('$1/node_modules/$2/package.json').version"; }

build_go() {
  command -v go >/dev/null || { reason="no Go (package golang-go)" && return 1; }
  [ -d /usr/share/gocode/src/github.com/aws/aws-sdk-go-v2 ] || { reason="no AWS SDK for Go (package $go_sdk)" && return 1; }
  GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' CGO_ENABLED=0 GOCACHE=$artifacts/peers-go \
    go build -trimpath -ldflags '-s -w' -o "$1/bootstrap" go/main.go >"$log" 2>&1 || return 1
  echo "$(go version | cut -d' ' -f3 | sed 's/^go/Go /'), $go_sdk $(dpkg-query -W -f '${Version}' "$go_sdk")" >"$1.versions"
}

build_rust-minimal() { rust minimal "$1" rustls ring; }
build_rust-tokio() { rust tokio "$1" tokio hyper rustls; }

# rust FOLDER TO CRATE…: compiles a Rust peer with Debian's compiler and Debian's crates, whatever else is on the PATH; nothing is downloaded
rust() {
  local package work=$artifacts/peers-rust absent=() versions
  for package in "${rust_packages[@]}"; do
    dpkg-query -W "$package" >/dev/null 2>&1 || absent+=("$package")
  done
  [ ${#absent[@]} = 0 ] || { reason="no Rust with its crates (packages ${absent[*]})" && return 1; }
  rm -rf "$work/source"
  mkdir -p "$work/source"
  cp -r rust/. "$work/source/"
  (cd "$work/source" && env -i PATH=/usr/bin:/bin HOME="$work" CARGO_HOME="$work/home" CARGO_TARGET_DIR="$work/target" RUSTC=/usr/bin/rustc \
    /usr/bin/cargo build --release --offline --quiet --package "rust-$1" >"$log" 2>&1) || return 1
  cp "$work/target/release/rust-$1" "$2/bootstrap" || return 1
  versions="rustc $(/usr/bin/rustc --version | cut -d' ' -f2)"
  for package in "${@:3}"; do
    versions+=", $package $(basename "$crates/$package"-[0-9]* | sed 's/.*-//')"
  done
  echo "$versions" >"$2.versions"
}

# A line for each tool that is installed
tool_versions() {
  echo "dotnet $(dotnet --version)"
  ! command -v gcc >/dev/null || echo "gcc $(gcc -dumpfullversion)"
  ! command -v go >/dev/null || go version
  ! command -v node >/dev/null || echo "node $(node --version)"
  echo "$go_sdk $(dpkg-query -W -f '${Version}' "$go_sdk" 2>/dev/null || true)"
  [ ! -x /usr/bin/rustc ] || /usr/bin/rustc --version
  [ ! -d "$crates" ] || ls "$crates"
}

# sources NAME: the folders that a peer is made of
sources() {
  case $1 in
    http-client-jit) echo http-client ;;
    runtime-support) echo runtime-support aws-sdk ;;
    model-agent) echo model-agent ../../src/Hashee.{Host,Aws,Agents,Lambda,Protocol} ;;
    rust-*) echo rust ;;
    *) echo "$1" ;;
  esac
}

# The sources and the tools' versions, as one hash: what has not changed is not built again.
inputs() {
  local folders
  read -ra folders < <(sources "$1")
  {
    sha256sum build.sh ./*.props ../../Directory.*.props ../../global.json
    find "${folders[@]}" -type f ! -path '*/obj/*' ! -path '*/bin/*' ! -path '*/node_modules/*' -print0 | sort -z | xargs -0 sha256sum
    echo "$tools"
  } | sha256sum | cut -d' ' -f1
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ $# = 0 ] || peers=("$@")
tools=$(tool_versions)
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
