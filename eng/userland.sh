# User lands of other machines: Debian packages that are downloaded and unpacked below artifacts/userland/, never installed.
# shellcheck shell=bash

# userland NAME SUITE ARCH PACKAGE[/FILE]…: unpacks these packages (of one with a FILE just that), not what they depend on, into
# artifacts/userland/NAME, and lists them in NAME.packages; 1 with the $reason when that fails. After a week fixes are looked for; where
# there is no network the old ones will do.
userland() {
  local root=artifacts/userland/$1 suite=$2 arch said
  arch=$(debian_arch "$3")
  shift 3
  [ -z "$(find "$root.packages" -mtime -7 2>/dev/null)" ] || ! unpacked "$root" "$@" || return 0
  step download "Debian's ${*%%/*} ($suite, $arch)"
  if said=$(bash eng/download-debian.sh "$root.new" "$suite" "$arch" "$@" 2>&1); then
    rm -rf "$root"
    mv "$root.new/root" "$root"
    mv "$root.new/packages" "$root.packages"
  elif unpacked "$root" "$@"; then
    more "not to be had now; those from $(date -r "$root.packages" +%F) are used"
  else
    reason="downloading Debian's packages failed: $(tail -n 5 <<<"$said")"
    return 1
  fi
  rm -rf "$root.new"
}

# unpacked ROOT PACKAGE…: whether just these are there
unpacked() {
  local root=$1
  shift
  [ -d "$root" ] && [ "$(cut -d_ -f1 "$root.packages" | sort)" = "$(printf '%s\n' "${@%%/*}" | sort)" ]
}

# starter COMMAND…: what a bootstrap is that starts another one by this command
starter() {
  local word
  printf '#!/bin/sh\nexec'
  for word in "$@"; do
    printf " '%s'" "${word//\'/\'\\\'\'}"
  done
  # shellcheck disable=SC2016 # the script expands it
  printf ' "$@"\n'
}
