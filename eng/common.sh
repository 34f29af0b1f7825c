# What the scripts share: how they speak, what they ask of the machine, how they call .NET. Sourced, with `set -euo pipefail`.
# shellcheck shell=bash

# ---- speaking -------------------------------------------------------------------------------------------------------

step_began=''

# step WORD TEXT: says what begins now, and how long the step before took if that was long
step() {
  end_step
  printf '%-9s %s\n' "$1" "$2"
  step_began=$SECONDS
}

more() { printf '%-9s %s\n' '' "$1"; }

end_step() {
  if [ -n "$step_began" ] && [ $((SECONDS - step_began)) -ge 2 ]; then more "took $((SECONDS - step_began)) s"; fi
  step_began=''
}

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# A command line that is wrong.
misuse() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 2
}

# ---- the machine ----------------------------------------------------------------------------------------------------

in_ci() { [ "${CI:-}" = true ]; }

# arch NAME: x64 or arm64 for any of their usual names; 1 for another name
arch() {
  case $1 in
    x64 | x86_64 | amd64) echo x64 ;;
    arm64 | aarch64) echo arm64 ;;
    *) return 1 ;;
  esac
}

host_arch() { arch "$(uname -m)" || fail "this machine ($(uname -m)) is neither x86_64 nor arm64"; }

debian_arch() { [ "$1" = x64 ] && echo amd64 || echo "$1"; }

gnu_machine() { [ "$1" = x64 ] && echo x86_64 || echo aarch64; }

may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# require PACKAGE…: installs Debian packages where that is allowed without asking; 1 with the $reason otherwise
require() {
  local said
  [ $# != 0 ] || return 0
  if ! may_install; then
    reason="this machine lacks $* (Debian's names). They can be installed by root: apt-get install $*"
    return 1
  fi
  step install "$*"
  said=$({ as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq -o DPkg::Lock::Timeout=600 --no-install-recommends "$@"; } 2>&1) || {
    reason="installing $* failed: $(tail -n 5 <<<"$said")"
    return 1
  }
}

# ---- .NET -----------------------------------------------------------------------------------------------------------

# The SDK gets of the caller's environment what it needs, and nothing else: MSBuild takes any variable for a property. Without cultures it
# needs no libicu and speaks English, so that what it says can be read here.
dotnet() {
  local name kept=()
  for name in $(compgen -e); do
    case $name in
      PATH | HOME | USER | LOGNAME | TERM | TMPDIR | LD_LIBRARY_PATH | CI) kept+=("$name=${!name}") ;;
      DOTNET_* | NUGET_* | VSS_NUGET_* | XDG_* | SSL_CERT_* | HASHEE_TEST_*) kept+=("$name=${!name}") ;;
      http_proxy | https_proxy | no_proxy | all_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY | ALL_PROXY) kept+=("$name=${!name}") ;;
    esac
  done
  env -i "${kept[@]}" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_UI_LANGUAGE=en \
    MSBUILDDISABLENODEREUSE=1 NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT="${NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT:-2}" dotnet "$@"
}

# require_sdk: the SDK's version in $sdk
require_sdk() {
  local url=https://dotnet.microsoft.com/download/dotnet/10.0
  [ -n "$(type -P dotnet)" ] || fail "the .NET 10 SDK is missing: $url"
  sdk=$(dotnet --version 2>&1) || fail "dotnet --version failed. This needs the .NET 10 SDK ($url). It said:"$'\n'"$sdk"
}

# errors TEXT: what MSBuild found wrong, each thing once and without the project's path behind it; the whole text if that is not to be seen
errors() {
  local found
  found=$(grep -E '(error|warning)( [A-Z]+[0-9]+)? *:' <<<"$1" | sed -E 's/^ +//; s/ \[[^]]*\]$//' | awk '!seen[$0]++') || found=$1
  printf '%s' "$found"
}

# quietly DOING COMMAND…: runs a command of .NET; stops with its errors, or its warnings. That the feed cannot be asked about vulnerabilities, or
# knows of some (NU190x), is no reason to stop.
# NETSDK1188: without the tables of cultures, which no build here needs, the languages of a package's messages have names that are not known.
quietly() {
  local doing=$1 said warnings
  shift
  said=$("$@" -v:q -nologo -tl:off 2>&1) || fail "$doing failed:"$'\n'"$(errors "$said")"
  ! warnings=$(grep -E '(^|: )warning( [A-Z]+[0-9]+)? *:' <<<"$said" | grep -vE 'warning (NU190|NETSDK1188)') || fail "$doing gave a warning:"$'\n'"$(errors "$warnings")"
}

# sources PROJECT.csproj: the files that a project is made of, those of the projects it refers to included
sources() {
  local -A seen=() folders=() above=()
  local pending=("$1") names file folder path text
  while [ ${#pending[@]} != 0 ]; do
    names=$(realpath -m --relative-to=. -- "${pending[@]}")
    pending=()
    while IFS= read -r file; do
      [ -z "${seen[$file]:-}" ] || continue
      seen[$file]=1
      [ -e "$file" ] || fail "a project refers to $file, which is not there"
      [ ! -d "$file" ] || folders[$file]=1
      case $file in *.csproj | *.props | *.targets) ;; *) continue ;; esac
      folder=${file%/*}
      case $file in
        *.csproj)
          folders[$folder]=1
          above[.]=1
          path=$folder
          while [[ $path = */* ]]; do
            path=${path%/*}
            above[$path]=1
          done
          ;;
      esac
      # What it names outside of its own folder: projects, imports, linked files. Of a name with wildcards, everything in the folder before them.
      text=$(<"$file")
      while [[ $text =~ (Include|Project)=\"([^\"]*\.\.[/\\][^\"]*)\" ]]; do
        text=${text#*"${BASH_REMATCH[0]}"}
        path=${BASH_REMATCH[2]//\\//}
        path=${path//\$(MSBuildThisFileDirectory)/}
        while IFS= read -rd ';' path; do
          case $path in
            *[$@%]'('*) ;; # an expression; what it leads to applies to every project, and is found below
            *'*'*) path=${path%%\**} && pending+=("$folder/${path%/*}") ;;
            *) pending+=("$folder/$path") ;;
          esac
        done <<<"$path;"
      done
    done <<<"$names"
  done
  {
    for file in "${!seen[@]}"; do [ -d "$file" ] || echo "$file"; done
    find "${!folders[@]}" \( -name bin -o -name obj \) -prune -o -type f -print
    find "${!above[@]}" -maxdepth 1 -type f \
      \( -name 'Directory.*' -o -name .editorconfig -o -name .globalconfig -o -name global.json -o -iname nuget.config \) -print
  } | sed 's|^\./||' | sort -u
}
