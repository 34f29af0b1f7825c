# Native binaries: artifacts/linux-ARCH/NAME/bootstrap for each function and architecture, with its symbols and size report beside the folder.
# shellcheck shell=bash

# The functions: the projects in src/ that are linked by NativeAot.targets, named by the last part of the project's name; beside them those
# of the tests.
declare -A project=()
functions=() test_functions=()
for file in src/*/*.csproj tests/*/*.csproj; do
  grep -qs 'NativeAot\.targets' "$file" || continue
  name=${file%.csproj}
  name=${name##*.}
  case $file in src/*) functions+=("${name,,}") ;; *) test_functions+=("${name,,}") ;; esac
  project[${name,,}]=$file
done

# can_compile ARCH: whether this machine has, or could install, what compiling for ARCH needs; 1 with the $reason otherwise
can_compile() {
  local gnu needed=()
  gnu=$(gnu_machine "$1")-linux-gnu
  command -v readelf >/dev/null || needed+=(binutils)
  if [ "$1" = "$(host_arch)" ]; then
    command -v gcc >/dev/null || command -v clang >/dev/null || needed+=(gcc)
    [ -e /usr/include/stdio.h ] || needed+=(libc6-dev)
    [ -e "/usr/lib/$gnu/libsodium.a" ] || needed+=(libsodium-dev)
    require "${needed[@]}"
  else
    # Only what runs here is installed; what is linked for the other machine is unpacked.
    command -v clang >/dev/null || needed+=(clang)
    command -v "$gnu-ld" >/dev/null || needed+=("binutils-${gnu//_/-}")
    # Bookworm's C library asks for nothing that Amazon Linux 2023 lacks. OpenSSL is for tests, which run the binaries there.
    require "${needed[@]}" && userland "linux-$1" bookworm "$1" libc6 libc6-dev libgcc-s1 libgcc-12-dev libsodium-dev libssl3
  fi
}

# tools ARCH: the options for MSBuild that name the linker and what is linked
tools() {
  local gnu
  gnu=$(gnu_machine "$1")-linux-gnu
  if [ "$1" != "$(host_arch)" ]; then
    echo "-p:CppCompilerAndLinker=clang -p:ObjCopyName=$gnu-objcopy -p:SysRoot=$PWD/artifacts/userland/linux-$1"
  elif command -v gcc >/dev/null; then
    echo "-p:CppCompilerAndLinker=gcc -p:ObjCopyName=objcopy"
  else
    echo "-p:CppCompilerAndLinker=clang -p:ObjCopyName=objcopy"
  fi
}

# tool_versions ARCH: what, beside the sources, decides the bytes
tool_versions() {
  local gnu
  gnu=$(gnu_machine "$1")-linux-gnu
  echo "SDK $sdk"
  tools "$1"
  if [ "$1" != "$(host_arch)" ]; then
    clang --version
    "$gnu-ld" --version
    grep -v '^libssl' "artifacts/userland/linux-$1.packages"
  else
    if command -v gcc >/dev/null; then gcc --version; else clang --version; fi
    ld --version
    ldd --version
    sha256sum "/usr/lib/$gnu/libsodium.a"
  fi
}

# build ARCH NAME…: compiles each function whose sources or tools have changed; can_compile comes first
build() {
  local name hash versions folder=artifacts/linux-$1
  versions=$(tool_versions "$1")
  for name in "${@:2}"; do
    hash=$({
      echo "$versions"
      sources "${project[$name]}" | xargs -d '\n' sha256sum
      sha256sum eng/native.sh
    } | sha256sum)
    if [ "$(cat "$folder/$name.stamp" 2>/dev/null)" != "$hash" ] || [ ! -e "$folder/$name/bootstrap" ]; then
      rm -f "$folder/$name.stamp"
      compile "$1" "$name" || return 1
      echo "$hash" >"$folder/$name.stamp"
    fi
  done
  if [ "$1" = "$(host_arch)" ]; then
    [ -L artifacts/host ] || rm -rf artifacts/host
    ln -sfn "linux-$1" artifacts/host
  fi
}

# compile ARCH NAME: 1 with the $reason when its packages cannot be restored; stops on any other error
compile() {
  local said options folder=artifacts/linux-$1 made=artifacts/build-$1 title
  title=${project[$2]##*/}
  title=${title%.csproj}
  read -ra options < <(tools "$1")
  options+=("-p:RuntimeIdentifier=linux-$1" --artifacts-path "$PWD/$made")
  step compile "$2 for linux-$1"
  said=$(dotnet restore "${project[$2]}" "${options[@]}" -v:q -nologo -tl:off 2>&1) || {
    reason=$(errors "$said")
    return 1
  }
  # MSBuild would not link again because the linker is another one.
  rm -rf "$made/obj/$title/release_linux-$1/native"
  quietly "compiling $2" dotnet publish "${project[$2]}" --no-restore -c Release "${options[@]}"
  mkdir -p "$folder/$2"
  {
    install -m 0755 "$made/publish/$title/release_linux-$1/$title" "$folder/$2/bootstrap" &&
      install -m 0644 "$made/publish/$title/release_linux-$1/$title.dbg" "$folder/$2.dbg"
  } || fail "compiling $2 left no binary"
  rm -f "$folder/$2.mstat"
  # The size report, where the project asks for one.
  [ ! -e "$made/obj/$title/release_linux-$1/native/$title.mstat" ] ||
    install -m 0644 "$made/obj/$title/release_linux-$1/native/$title.mstat" "$folder/$2.mstat"
}

# build_host NAME…: the binaries for this machine, in artifacts/host
build_host() {
  require_sdk
  if ! { can_compile "$(host_arch)" && build "$(host_arch)" "$@"; }; then fail "linux-$(host_arch) cannot be compiled here:"$'\n'"$reason"; fi
}

# managed TITLE PROJECT.csproj CONFIGURATION FOLDER: builds a program for the JIT into FOLDER, unless nothing has changed. Packages are restored
# when a project has changed; one processor is quickest for what is left to do then, and `test` is there to look at the style.
managed() {
  local name=${2##*/} files hash projects options=(-c "$3" --artifacts-path "$PWD/$4" -m:1 -p:RunAnalyzers=false)
  local stamp=$4/${name%.csproj}.stamp
  files=$(sources "$2")
  hash=$({ echo "SDK $sdk" && xargs -d '\n' sha256sum <<<"$files"; } | sha256sum)
  projects=$({ echo "SDK $sdk" && grep -E '\.([a-z]+proj|props|targets|json)$' <<<"$files" | xargs -d '\n' sha256sum; } | sha256sum)
  if [ -e "$stamp" ]; then
    ! grep -qxF "$hash" "$stamp" || return 0
    ! grep -qxF "projects $projects" "$stamp" || options+=(--no-restore)
  fi
  step compile "$1"
  quietly "building the $1" dotnet build "$2" "${options[@]}"
  printf '%s\n' "$hash" "projects $projects" >"$stamp"
}
