#!/usr/bin/env bash
# Installs a release of chalice on a runner of GitHub Actions, as action.yml asks it to.
# CHALICE_VERSION says which release, CHALICE_RELEASES where releases are; the rest is
# what runners tell: RUNNER_OS, RUNNER_ARCH, RUNNER_TEMP, GITHUB_PATH and GITHUB_OUTPUT.
set -euo pipefail

# A line of its own could be a command to the runner: what is told has none.
fail() {
	echo "::error title=chalice::${1//[$'\r\n']/ }"
	exit 1
}

case $RUNNER_OS in
Linux) os=linux suffix=tar.gz program=chalice ;;
macOS) os=darwin suffix=tar.gz program=chalice ;;
Windows) os=windows suffix=zip program=chalice.exe ;;
*) fail "there is no chalice for the system $RUNNER_OS" ;;
esac
case $RUNNER_ARCH in
X64) arch=amd64 ;;
ARM64) arch=arm64 ;;
*) fail "there is no chalice for the architecture $RUNNER_ARCH: it is made for X64 and ARM64" ;;
esac

download() { # URL FILE
	curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"
}

# Where the newest release is, the page for it says by a redirect. Unlike GitHub's API
# that needs no token.
version=${CHALICE_VERSION:-latest}
if [[ $version == latest ]]; then
	page=$(curl --fail --silent --show-error --location --retry 3 --output /dev/null --write-out '%{url_effective}' "$CHALICE_RELEASES/latest") ||
		fail "$CHALICE_RELEASES/latest can't be read"
	version=${page##*/tag/}
fi
version=${version#v}
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
	fail "\"$version\" isn't a version: write one such as 0.1.0, or latest"
fi

# Windows has paths of two kinds: bash and its programs take theirs alone.
temp=$RUNNER_TEMP
if [[ $os == windows ]] && command -v cygpath >/dev/null; then temp=$(cygpath --unix "$temp"); fi
folder=$temp/chalice-$version
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

archive=chalice_${version}_${os}_${arch}.$suffix
release=$CHALICE_RELEASES/download/v$version
download "$release/checksums.txt" checksums.txt || fail "there is no release v$version at $CHALICE_RELEASES"
download "$release/$archive" "$archive" || fail "release v$version has no $archive"

want=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' checksums.txt)
if command -v sha256sum >/dev/null; then got=$(sha256sum <"$archive"); else got=$(shasum --algorithm 256 <"$archive"); fi
got=${got%% *}
[[ -n $want ]] || fail "checksums.txt of release v$version doesn't name $archive"
[[ $got == "$want" ]] || fail "$archive isn't what the release has: its SHA-256 is $got, and checksums.txt says $want"

case $suffix in
zip) unzip -q "$archive" "$program" ;;
*) tar -xzf "$archive" "$program" ;;
esac
rm "$archive" checksums.txt

"./$program" version
if [[ $os == windows ]] && command -v cygpath >/dev/null; then folder=$(cygpath --windows "$folder"); fi
echo "$folder" >>"$GITHUB_PATH"
echo "version=$version" >>"$GITHUB_OUTPUT"
