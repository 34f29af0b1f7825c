# What `./build.sh test` does.
# shellcheck shell=bash

passed=0 failed=0 skipped=0
left_out=()

run_tests() {
  local solution=Hashee.Aot.sln what
  build_host "${functions[@]}" "${test_functions[@]}"
  check_scripts
  step compile "tests"
  quietly "building the tests" dotnet build "$solution"
  check_format "$solution"
  prepare_node
  prepare_nginx
  prepare_newer
  prepare_arm64
  test_pass "everything, with the binaries for this machine"
  [ -z "$newer" ] || test_pass "the binaries for this machine with $newer" artifacts/linux-newer
  [ -z "$emulated" ] || test_pass "the binaries for arm64 under $emulated" artifacts/linux-emulated
  end_step
  for what in "${left_out[@]}"; do printf '%-9s %s\n' "left out" "$what"; done
  printf '%-9s %s\n' total "$SECONDS s"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ]
}

# leave_out WHAT: $reason says why; an error where nothing may be left out
leave_out() {
  ! in_ci || fail "$1, which must not be left out here: $reason"
  left_out+=("$1: $reason")
}

check_scripts() {
  command -v shellcheck >/dev/null || require shellcheck || { leave_out "the check of the shell scripts" && return; }
  step check "shell scripts"
  shellcheck -x build.sh eng/download-debian.sh benchmarks/peers/build.sh .ci/run
}

# Naming, usings and the rest of the style are warnings, which building the tests has shown.
check_format() {
  local said
  step check "format"
  said=$(dotnet format whitespace . --folder --exclude artifacts src/Agent --verify-no-changes 2>&1) || fail "dotnet format whitespace would change this:"$'\n'"$(errors "$said")"
}

# prepare_node: servers and judges from npm, in artifacts/node, and curl. The tests fail without them, so they cannot be left out; none runs a
# script when it is installed.
prepare_node() {
  local needed=()
  command -v node >/dev/null || needed+=(nodejs)
  command -v npm >/dev/null || needed+=(npm)
  command -v curl >/dev/null || needed+=(curl)
  require "${needed[@]}" || fail "$reason"
  # npm writes the hidden file last.
  cmp -s tests/node/package-lock.json artifacts/node/package-lock.json && [ -e artifacts/node/node_modules/.package-lock.json ] && return
  step install "servers and judges from npm"
  mkdir -p artifacts/node
  cp tests/node/package.json tests/node/package-lock.json artifacts/node/
  reason=$(cd artifacts/node && npm ci --ignore-scripts --no-audit --no-fund 2>&1) || fail "npm ci failed:"$'\n'"$reason"
}

# prepare_nginx: nginx, which the transport is tested against; the tests fail without it. Unpacked and not installed, it starts no service.
prepare_nginx() {
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || userland nginx bookworm "$(host_arch)" nginx/usr/sbin/nginx || fail "$reason"
}

# prepare_newer: bootstraps that start this machine's binaries on the C library and the OpenSSL of Debian's next release; $newer names them
prepare_newer() {
  local root=artifacts/userland/newer loader
  newer=''
  userland newer trixie "$(host_arch)" libc6 libssl3t64 zlib1g libzstd1 || { leave_out "tests with a newer OpenSSL" && return; }
  loader=$(echo "$PWD/$root/usr/lib/$(gnu_machine "$(host_arch)")-linux-gnu"/ld-linux-*.so.*)
  write_starters artifacts/linux-newer artifacts/host "$loader" --library-path "${loader%/*}"
  newer="OpenSSL $(version "$root" libssl3t64), glibc $(version "$root" libc6)"
}

# prepare_arm64: bootstraps that start the arm64 binaries in an emulated processor; $emulated names it. On arm64 they are this machine's own.
prepare_arm64() {
  emulated=''
  [ "$(host_arch)" != arm64 ] || return 0
  # Lambda's oldest arm64 processor, Graviton2, has Neoverse N1 cores.
  if can_compile arm64 && build arm64 "${functions[@]}" "${test_functions[@]}" && userland qemu trixie "$(host_arch)" qemu-user/usr/bin/qemu-aarch64; then
    write_starters artifacts/linux-emulated artifacts/linux-arm64 "$PWD/artifacts/userland/qemu/usr/bin/qemu-aarch64" \
      -cpu neoverse-n1 -L "$PWD/artifacts/userland/linux-arm64"
    emulated="qemu $(version artifacts/userland/qemu qemu-user), Neoverse N1, OpenSSL $(version artifacts/userland/linux-arm64 libssl3)"
  else
    leave_out "tests of the arm64 binaries"
  fi
}

# version ROOT PACKAGE: the version that upstream gave to what was unpacked
version() { sed -nE "s/^$2_([0-9]+%3a)?([0-9.]+).*/\2/p" "$1.packages"; }

# write_starters FOLDER BINARIES COMMAND…: bootstraps in FOLDER that start those in BINARIES by a command
write_starters() {
  local folder=$1 binaries=$2 name
  shift 2
  for name in "${functions[@]}" "${test_functions[@]}"; do
    mkdir -p "$folder/$name"
    starter "$@" "$PWD/$binaries/$name/bootstrap" >"$folder/$name/bootstrap"
    chmod 0755 "$folder/$name/bootstrap"
  done
}

# test_pass WHAT [BINARIES]: every test, or those that concern the binaries, with the binaries in that folder
test_pass() {
  local options=(--no-build --no-progress --no-ansi) log=artifacts/test.log result=0
  step test "$1"
  ! in_ci || options+=(--fail-skips on)
  if [ $# = 2 ]; then
    # Nothing to run in an assembly (8) is no failure. One test after the other: an emulated processor is slow, and time limits are real.
    options+=(--filter-trait Binaries=any --ignore-exit-code 8 --max-parallel-test-modules 1 --max-threads 1)
    export HASHEE_TEST_BINARIES=$PWD/$2
  fi
  dotnet test Hashee.Aot.sln "${options[@]}" 2>&1 | tee "$log" || result=$?
  if [ -z "$(count total)" ] || [ "$(count total)" = 0 ] || { [ "$result" != 0 ] && [ "$(count failed)" = 0 ]; }; then
    fail "the tests did not run to their end (exit code $result)"
  fi
  passed=$((passed + $(count succeeded)))
  failed=$((failed + $(count failed)))
  skipped=$((skipped + $(count skipped)))
}

# count WORD: the figure after WORD in the test run's summary
count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" artifacts/test.log | tail -n 1; }
