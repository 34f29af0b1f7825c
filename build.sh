#!/usr/bin/env bash
# Builds, runs and tests Hashee.Aot. `./build.sh help` says how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
export NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT=${NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT:-2}

functions=(webhook worker)
declare -A project=([webhook]=src/Hashee.Webhook [worker]=src/Hashee.Worker [testagent]=tests/Hashee.TestAgent)
glibc_limit=2.34 # Amazon Linux 2023, which provided.al2023 runs on

usage() {
  cat <<'TEXT'
./build.sh [--arch arm64|x64]   compile both functions and zip them for `sam deploy`
./build.sh run [OPTION] [TEXT]  send TEXT through the whole system on this machine; without TEXT: chat
./build.sh serve [OPTION]       keep Hashee, Lambda and SQS running on this machine and say where they listen
./build.sh test                 check the code's format and run every test
./build.sh cold-start [OPTION]  measure the cold start beside peers; --help lists the options
./build.sh clean                delete everything that was built
./build.sh help                 this text

`run` and `serve` take --env NAME=VALUE and --env-file .env for your agent's variables, --jit to try a change
in seconds, and --logs; `./build.sh run --help` says more.

The default architecture is arm64, as in template.yaml. Where arm64 cannot be built, the functions are
built for this machine and the matching `sam deploy` option is printed. `run`, `test` and `cold-start`
always use binaries for this machine, in artifacts/host/.
TEXT
}

step() { printf '%-9s %s\n' "$1" "$2"; }
more() { printf '%-9s %s\n' '' "$1"; }
fail() {
  printf 'build.sh: %s\n' "$1" >&2
  exit 1
}

host_arch() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "this machine ($(uname -m)) is neither x86_64 nor arm64" ;;
  esac
}

# ---- what the machine must have -------------------------------------------------------------------------------------

require_sdk() {
  local version
  version=$(dotnet --version 2>/dev/null) || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  [ "${version%%.*}" -ge 10 ] || fail "this needs the .NET 10 SDK; dotnet --version says $version"
}

# missing_packages ARCH: the Debian packages that a build for ARCH still needs
missing_packages() {
  local arch=$1 multiarch=x86_64-linux-gnu
  [ "$arch" = arm64 ] && multiarch=aarch64-linux-gnu
  command -v readelf >/dev/null || echo binutils
  command -v zip >/dev/null || echo zip
  if [ "$arch" = "$(host_arch)" ]; then
    command -v clang >/dev/null || command -v gcc >/dev/null || echo gcc
    [ -e /usr/include/stdio.h ] || echo libc6-dev
    [ -e "/usr/lib/$multiarch/libsodium.a" ] || echo libsodium-dev
  else
    command -v clang >/dev/null || echo clang
    command -v llvm-objcopy >/dev/null || echo llvm
    command -v "${multiarch}-gcc" >/dev/null || echo "gcc-${multiarch//_/-}"
    [ -e "/usr/$multiarch/lib/libc.so.6" ] || echo "libc6-dev-$(debian_arch "$arch")-cross"
    [ -e "/usr/lib/$multiarch/libsodium.a" ] || echo "libsodium-dev:$(debian_arch "$arch")"
  fi
}

debian_arch() { [ "$1" = x64 ] && echo amd64 || echo "$1"; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# install PACKAGE…: with apt where that is allowed without asking; says what it does. Fails otherwise.
install() {
  command -v apt-get >/dev/null || return 1
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || return 1
  step install "$*"
  local log package foreign=''
  log=$(mktemp)
  for package in "$@"; do
    case $package in
      *:*)
        dpkg --print-foreign-architectures | grep -qx "${package#*:}" || foreign=${package#*:}
        as_root dpkg --add-architecture "${package#*:}"
        ;;
    esac
  done
  if as_root apt-get update -qq >"$log" 2>&1 &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; then
    rm -f "$log"
  else
    tail -n 5 "$log" >&2
    rm -f "$log"
    # An architecture that the package mirror does not have would break every later update.
    [ -z "$foreign" ] || as_root dpkg --remove-architecture "$foreign" || true
    return 1
  fi
}

# ensure_packages "PACKAGE…", one a line: 1 with their names in $missing when they cannot be installed
ensure_packages() {
  local packages
  mapfile -t packages < <(sed '/^$/d' <<<"$1")
  missing="${packages[*]}"
  [ ${#packages[@]} = 0 ] || install "${packages[@]}"
}


# ---- native binaries ------------------------------------------------------------------------------------------------

# restore ARCH: 1 with the feed's missing packages in $missing; stops on any other error
restore() {
  local name out why=''
  missing=''
  for name in "${functions[@]}"; do
    out=$(dotnet restore "${project[$name]}" -p:RuntimeIdentifier="linux-$1" \
      --artifacts-path "$PWD/artifacts/$1" -v:q -nologo -tl:off 2>&1) || why+=$out$'\n'
  done
  [ -z "$why" ] && return
  # NU1101: no such package, NU1102: not in this version, NU1301: the feed did not answer
  missing=$(grep -oE "(NU110[12]: Unable to find package|NU1301: Failed to retrieve information about) '?[A-Za-z0-9.-]+" <<<"$why" |
    grep -oE '[A-Za-z0-9.-]+$' | sed 's/[.]$//' | sort -u | paste -sd' ' || true)
  [ -n "$missing" ] || fail "restoring packages failed:"$'\n'"$why"
  return 1
}

# Everything a build's result depends on, as one hash.
inputs() {
  {
    dotnet --version
    echo "$*"
    find src tests/Hashee.TestAgent eng build.sh Directory.*.props global.json .editorconfig \
      -type f ! -path '*/bin/*' ! -path '*/obj/*' -print0 | sort -z | xargs -0 sha256sum
    sha256sum /usr/lib/*/libsodium.a 2>/dev/null || true
  } | sha256sum | cut -d' ' -f1
}

# compile ARCH FOLDER: publishes every function to FOLDER/NAME/bootstrap, its symbols and size report beside the folder
compile() {
  local name output native
  for name in "${functions[@]}"; do
    step compile "$name, linux-$1"
    output=$(dotnet publish "${project[$name]}" --no-restore -c Release -r "linux-$1" \
      --artifacts-path "$PWD/artifacts/$1" -v:q -nologo -tl:off 2>&1) || fail "compiling $name failed:"$'\n'"$output"
    [ -z "$output" ] || fail "compiling $name gave a warning:"$'\n'"$output"
    native=artifacts/$1/publish/${project[$name]##*/}/release_linux-$1/${project[$name]##*/}
    mkdir -p "$2/$name"
    install_file "$native" "$2/$name/bootstrap"
    chmod 0755 "$2/$name/bootstrap"
    install_file "$native.dbg" "$2/$name.dbg"
    install_file "artifacts/$1/obj/${project[$name]##*/}/release_linux-$1/native/${project[$name]##*/}.mstat" "$2/$name.mstat"
  done
}

# A new file instead of new bytes in an old one, which may be running.
install_file() {
  rm -f "$2"
  cp "$1" "$2"
}

# can_compile ARCH: 1 with the $reason when the feed or this machine lacks something
can_compile() {
  restore "$1" || {
    reason="the package feed lacks $missing"
    return 1
  }
  ensure_packages "$(missing_packages "$1")" || {
    reason="please install $missing (not root, no password-less sudo, or apt failed)"
    return 1
  }
}

# is_current FOLDER HASH: whether FOLDER holds what these inputs make
is_current() {
  local name
  [ "$(cat "$1/stamp" 2>/dev/null)" = "$2" ] || return
  for name in "${functions[@]}"; do
    [ -e "$1/$name/bootstrap" ] || return
  done
}

# ./build.sh run and test: binaries for this machine
build_host() {
  local arch hash
  arch=$(host_arch)
  require_sdk
  hash=$(inputs "$arch")
  is_current artifacts/host "$hash" && return
  rm -f artifacts/host/stamp
  can_compile "$arch" || fail "Native AOT for linux-$arch cannot be compiled: $reason"
  compile "$arch" artifacts/host
  echo "$hash" >artifacts/host/stamp
}

# ./build.sh: binaries and zips for Lambda
build_deployable() {
  local wanted=$1 arch hash name size zipped
  require_sdk
  hash=$(inputs "${wanted:-default}")
  if is_current artifacts "$hash" && [ -e artifacts/webhook.zip ] && [ -e artifacts/worker.zip ]; then
    step build "nothing has changed"
  else
    rm -f artifacts/stamp
    arch=${wanted:-arm64}
    if ! can_compile "$arch"; then
      [ -z "$wanted" ] || fail "linux-$arch cannot be compiled here: $reason"
      step restore "linux-$arch cannot be compiled here: $reason"
      arch=$(host_arch)
      more "building for this machine instead: linux-$arch"
      can_compile "$arch" || fail "linux-$arch cannot be compiled here either: $reason"
    fi
    compile "$arch" artifacts
    require_glibc
    for name in "${functions[@]}"; do
      pack "$name"
    done
    echo "$arch" >artifacts/architecture
    echo "$hash" >artifacts/stamp
  fi
  for name in "${functions[@]}"; do
    size=$(stat -c %s "artifacts/$name/bootstrap")
    zipped=$(stat -c %s "artifacts/$name.zip")
    step "$name" "$(megabytes "$size") MB, zip $(megabytes "$zipped") MB: artifacts/$name.zip"
  done
  if [ "$(cat artifacts/architecture)" = arm64 ]; then
    step next "sam deploy --guided"
  else
    step next "sam deploy --guided --parameter-overrides Architecture=x86_64"
  fi
}

# What is deployed may need nothing newer than Lambda's image has.
require_glibc() {
  local name needs
  for name in "${functions[@]}"; do
    needs=$(readelf -V "artifacts/$name/bootstrap" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
    needs=${needs#GLIBC_}
    [ "$(printf '%s\n' "$needs" "$glibc_limit" | sort -V | tail -n 1)" = "$glibc_limit" ] ||
      fail "$name needs GLIBC_$needs, but Amazon Linux 2023 has GLIBC_$glibc_limit: build on a machine with an older glibc, such as Debian 12"
  done
}

megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.2f", bytes / 1e6 }'; }

# The same input gives the same bytes: a fixed time, no extra fields.
pack() {
  rm -f "artifacts/$1.zip"
  TZ=UTC touch -d 1980-01-01T00:00:00Z "artifacts/$1/bootstrap"
  (cd "artifacts/$1" && TZ=UTC zip -X -q -9 "../$1.zip" bootstrap)
}

# ---- commands -------------------------------------------------------------------------------------------------------

# emulate COMMAND ARGUMENT…: the emulator with this machine's binaries. What is wrong with the arguments is said before anything is compiled.
emulate() {
  local argument jit='' help='' emulator=artifacts/tools/bin/Hashee.Emulator/release/Hashee.Emulator.dll worker=artifacts/host/worker/bootstrap
  for argument in "${@:2}"; do
    case $argument in
      --) break ;;
      --jit) jit=1 ;;
      --help | -h | '-?') help=1 ;;
    esac
  done
  require_sdk
  build_managed emulator src/Hashee.Emulator -c Release --artifacts-path "$PWD/artifacts/tools"
  [ -z "$help" ] || exec dotnet "$emulator" "$@"
  dotnet "$emulator" "$1" --check "${@:2}" || exit
  if [ -n "$jit" ]; then
    build_host webhook
    build_managed "worker, on the JIT" src/Hashee.Worker -c Debug --artifacts-path "$PWD/artifacts/jit"
    worker=artifacts/jit/bin/Hashee.Worker/debug/Hashee.Worker.dll
  else
    build_host webhook worker
  fi
  exec dotnet "$emulator" "$1" --webhook artifacts/host/webhook/bootstrap --worker "$worker" "${@:2}"
}

# build_managed NAME FOLDER ARGUMENT…: dotnet build with these arguments, unless nothing has changed since. Packages are restored when a project
# has changed; one processor is quickest for what is left to do then, and `test` is there to look at the style.
build_managed() {
  local output stamp=artifacts/stamps/${2##*/} options=(-m:1 -p:RunAnalyzers=false)
  if [ -e "$stamp" ]; then
    [ -n "$(changed "$stamp" "$2" -true)" ] || return 0
    [ -n "$(changed "$stamp" "$2" -name '*.*proj' -o -name '*.props' -o -name '*.targets' -o -name global.json)" ] || options+=(--no-restore)
  fi
  step compile "$1"
  mkdir -p "${stamp%/*}"
  touch "$stamp.new"
  output=$(dotnet build "${@:2}" "${options[@]}" -v:q -nologo -tl:off 2>&1) || fail "building the $1 failed:"$'\n'"$output"
  mv "$stamp.new" "$stamp"
}

# changed STAMP PROJECT CONDITION…: a file (a folder, for what was deleted) of a project or of what it refers to that is newer than STAMP
changed() {
  local sources
  mapfile -t sources < <(folders "$2" | sort -u)
  find "${sources[@]}" eng Directory.*.props global.json -newer "$1" \
    ! -path '*/bin' ! -path '*/bin/*' ! -path '*/obj' ! -path '*/obj/*' \( "${@:3}" \) -print -quit
}

# folders PROJECT: its folder and those of all that it refers to
folders() {
  local reference
  echo "$1"
  while read -r reference; do
    folders "${1%/*}/$reference"
  done < <(sed -nE 's|.*<ProjectReference Include="\.\./([^/]+)/.*|\1|p' "$1"/*.csproj)
}

run_tests() {
  local output log result=0
  functions+=(testagent) # a worker whose agent is the tests' own
  build_host
  command -v shellcheck >/dev/null || ensure_packages shellcheck || fail "please install $missing first"
  step check "shell scripts"
  shellcheck build.sh benchmarks/peers/build.sh .ci/run
  step compile "tests"
  output=$(dotnet build Hashee.Aot.sln -v:q -nologo -tl:off 2>&1) || fail "building the tests failed:"$'\n'"$output"
  ! grep -F ': warning ' <<<"$output" || fail "building the tests gave a warning"
  step check "format"
  dotnet format Hashee.Aot.sln --no-restore --verify-no-changes
  step test "Hashee.Aot.sln"
  log=$(mktemp)
  # shellcheck disable=SC2064 # the name is known now
  trap "rm -f '$log'" EXIT
  dotnet test Hashee.Aot.sln --no-build --no-progress --no-ansi 2>&1 | tee "$log" || result=$?
  echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
  return "$result"
}

# count WORD: the figure after WORD in the test run's summary
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }

# What the measurement takes, as a test holds: a wrong option ends it before anything is built.
cold_start_options='--runs --programs --cold-file --cold-libraries --one-core --memory --no-early-connection --json --results --publish --help -h'

cold_start() {
  local output argument measure=(dotnet artifacts/tools/bin/Hashee.Benchmarks/release/Hashee.Benchmarks.dll cold-start "$@")
  for argument in "$@"; do
    case $argument in
      -*)
        [[ " $cold_start_options " == *" ${argument%%=*} "* ]] || {
          echo "build.sh: cold-start has no option '$argument'; ./build.sh cold-start --help lists them" >&2
          exit 2
        }
        ;;
    esac
  done
  output=$(dotnet build benchmarks -c Release --artifacts-path "$PWD/artifacts/tools" -v:q -nologo -tl:off 2>&1) ||
    fail "building the measurement failed:"$'\n'"$output"
  # Help needs nothing that is measured, and nothing is built for options that make no sense.
  case " $* " in
    *' --help '* | *' -h '*) ;;
    *)
      "${measure[@]}" --check || exit
      build_host
      benchmarks/peers/build.sh
      ;;
  esac
  exec "${measure[@]}"
}

clean() {
  rm -rf artifacts
  find src tests benchmarks -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + 2>/dev/null || true
  step clean "done"
}

case ${1:-} in
  run | serve) emulate "$@" ;;
  test) run_tests ;;
  cold-start)
    shift
    cold_start "$@"
    ;;
  clean) clean ;;
  help | --help | -h) usage ;;
  '') build_deployable '' ;;
  --arch)
    case ${2:-} in
      arm64 | x64) build_deployable "$2" ;;
      *) fail "--arch takes arm64 or x64" ;;
    esac
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
