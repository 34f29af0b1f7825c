#!/usr/bin/env bash
# Downloads Debian packages and unpacks them: download-debian.sh FOLDER SUITE ARCH PACKAGE[/FILE]…
#
# Needs apt, but no root; this machine's own package lists stay as they are, because apt gets a configuration of its own. Leaves what was
# unpacked in FOLDER/root and the names of the packages, with their versions, in FOLDER/packages.
set -euo pipefail
folder=$PWD/$1 suite=$2 arch=$3
shift 3
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
command -v apt-get >/dev/null || { echo "there is no apt-get" && exit 1; }
[ -e "$keyring" ] || { echo "$keyring is missing (package debian-archive-keyring)" && exit 1; }

rm -rf "$folder"
mkdir -p "$folder/lists/partial" "$folder/archives/partial" "$folder/root"
: >"$folder/status"
{
  apt-config dump | grep -E '^Acquire::https?::' || true # proxies
  cat <<CONF
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Cache "$folder";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$folder";
Dir::State::status "$folder/status";
CONF
} >"$folder/apt.conf"
cat >"$folder/sources.list" <<LIST
deb [signed-by=$keyring] http://deb.debian.org/debian $suite main
deb [signed-by=$keyring] http://deb.debian.org/debian-security $suite-security main
LIST
export APT_CONFIG=$folder/apt.conf LC_ALL=C
cd "$folder/archives"
apt-get update -qq --error-on=any
for package in "$@"; do
  file=${package#"${package%%/*}"}
  apt-get download -qq "${package%%/*}"
  dpkg-deb --fsys-tarfile "${package%%/*}"_*.deb | tar -x -C ../root --exclude './usr/share/*' ${file:+".$file"}
done
ls -- *.deb >../packages
