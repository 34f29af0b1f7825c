#!/usr/bin/env bash
# Builds, runs and tests Hashee.Aot. `./build.sh help` says how.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. eng/common.sh
. eng/userland.sh
. eng/native.sh
. eng/tests.sh

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
always use binaries for this machine, in artifacts/host/; `test` runs those for arm64 as well.
TEXT
}

# build_deployable [ARCH]: binaries and zips for Lambda
build_deployable() {
  local arch=${1:-arm64} name size zipped
  require_sdk
  if ! { can_compile "$arch" && build "$arch" "${functions[@]}"; }; then
    if [ $# != 0 ] || [ "$arch" = "$(host_arch)" ]; then fail "linux-$arch cannot be compiled here:"$'\n'"$reason"; fi
    step build "linux-$arch cannot be compiled here: $reason"
    arch=$(host_arch)
    more "building for this machine instead: linux-$arch"
    build_host "${functions[@]}"
  fi
  command -v zip >/dev/null || require zip || fail "$reason"
  for name in "${functions[@]}"; do
    require_glibc "artifacts/linux-$arch/$name/bootstrap"
    pack "$arch" "$name"
    size=$(stat -c %s "artifacts/linux-$arch/$name/bootstrap")
    zipped=$(stat -c %s "artifacts/$name.zip")
    step "$name" "$(megabytes "$size") MB, zip $(megabytes "$zipped") MB: artifacts/$name.zip"
  done
  if [ "$arch" = arm64 ]; then
    step next "sam deploy --guided"
  else
    step next "sam deploy --guided --parameter-overrides Architecture=x86_64"
  fi
}

# What is deployed may need nothing newer than Lambda's image has.
require_glibc() {
  local needs
  needs=$(LC_ALL=C readelf -V "$1" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
  needs=${needs#GLIBC_}
  [ "$(printf '%s\n' "$needs" "$glibc_limit" | sort -V | tail -n 1)" = "$glibc_limit" ] ||
    fail "$1 needs GLIBC_$needs, but Amazon Linux 2023 has GLIBC_$glibc_limit: build on a machine with an older glibc, such as Debian 12"
}

megabytes() { LC_ALL=C awk -v bytes="$1" 'BEGIN { printf "%.2f", bytes / 1e6 }'; }

# pack ARCH NAME: the same input gives the same bytes: a fixed time, no extra fields. The symbols stay beside the zip.
pack() {
  rm -f "artifacts/$2.zip"
  TZ=UTC touch -d 1980-01-01T00:00:00Z "artifacts/linux-$1/$2/bootstrap"
  (cd "artifacts/linux-$1/$2" && TZ=UTC zip -X -q -9 "../../$2.zip" bootstrap)
  cp "artifacts/linux-$1/$2.dbg" "artifacts/$2.dbg"
}

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
  managed emulator src/Hashee.Emulator/Hashee.Emulator.csproj Release artifacts/tools
  end_step
  [ -z "$help" ] || exec dotnet "$emulator" "$@"
  command dotnet "$emulator" "$1" --check "${@:2}" || exit
  if [ -n "$jit" ]; then
    build_host webhook
    managed "worker, on the JIT" src/Hashee.Worker/Hashee.Worker.csproj Debug artifacts/jit
    worker=artifacts/jit/bin/Hashee.Worker/debug/Hashee.Worker.dll
  else
    build_host webhook worker
  fi
  end_step
  exec dotnet "$emulator" "$1" --webhook artifacts/host/webhook/bootstrap --worker "$worker" "${@:2}"
}

# What the measurement takes, as a test holds: a wrong option ends it before anything is built.
cold_start_options='--runs --programs --cold-file --cold-libraries --one-core --memory --no-early-connection --json --results --publish --help -h'

cold_start() {
  local argument measure=(dotnet artifacts/tools/bin/Hashee.Benchmarks/release/Hashee.Benchmarks.dll cold-start "$@")
  for argument in "$@"; do
    case $argument in
      -*)
        [[ " $cold_start_options " == *" ${argument%%=*} "* ]] ||
          misuse "cold-start has no option '$argument'; ./build.sh cold-start --help lists them"
        ;;
    esac
  done
  require_sdk
  managed measurement benchmarks/Hashee.Benchmarks.csproj Release artifacts/tools
  end_step
  # Help needs nothing that is measured, and nothing is built for options that make no sense.
  case " $* " in
    *' --help '* | *' -h '*) ;;
    *)
      command "${measure[@]}" --check || exit
      build_host "${functions[@]}"
      end_step
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

# alone ARGUMENT…: for a command that takes none
alone() { [ $# = 1 ] || misuse "$1 takes neither options nor arguments, but got: ${*:2}"; }

case ${1:-} in --arch=*) set -- --arch "${1#--arch=}" "${@:2}" ;; esac
case ${1:-} in
  '') build_deployable ;;
  --arch)
    [ $# = 2 ] || misuse "--arch takes one word behind it, arm64 or x64"
    wanted=$(arch "$2") || misuse "--arch takes arm64 (aarch64) or x64 (x86_64, amd64), not '$2'"
    build_deployable "$wanted"
    ;;
  run | serve) emulate "$@" ;;
  test)
    [ $# = 1 ] || misuse "test takes no options, but got: ${*:2}"$'\n'"For some of the tests: dotnet run --project tests/Hashee.Protocol.Tests -- --help"
    run_tests
    ;;
  cold-start) cold_start "${@:2}" ;;
  clean) alone "$@" && clean ;;
  help | --help | -h) usage ;;
  *) misuse "there is no command '$1'; ./build.sh help lists them" ;;
esac
