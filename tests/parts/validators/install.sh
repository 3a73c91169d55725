#!/bin/sh
# Installs the validators of other formats into target/parts:
#
#   validators                      check-jsonschema, yamllint, pre-commit, xmlschema
#   schemas/sarif-2.1.0.schema.json OASIS's schema, from Microsoft's npm package jest-sarif
#   schemas/junit-10.xsd            the schema of Jenkins' xUnit plugin, from pytest's sources
set -eu
cd "$(dirname "$0")/../../.."
tests/parts/venv.sh validators tests/parts/validators/requirements.txt
folder=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes/schemas
mkdir -p "$folder"
ln -sfn "$folder" target/parts/schemas

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# extract NAME ARCHIVE SHA256 MEMBER: extracts a file from an archive with this checksum.
extract() {
    echo "$3  $2" | sha256sum --check --quiet >&2
    tar --extract --gzip --to-stdout --file "$2" "$4" >"$folder/.$1.$$"
    mv "$folder/.$1.$$" "$folder/$1"
}

if ! [ -s "$folder/sarif-2.1.0.schema.json" ]; then
    curl --fail --silent --show-error --location --retry 3 --output "$work/jest-sarif.tgz" \
        https://registry.npmjs.org/@microsoft/jest-sarif/-/jest-sarif-1.0.0-beta.0.tgz
    extract sarif-2.1.0.schema.json "$work/jest-sarif.tgz" \
        748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102 package/lib/schemas/sarif-2.1.0-rtm.5.json
fi
if ! [ -s "$folder/junit-10.xsd" ]; then
    target/parts/validators/bin/pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$work" pytest==8.4.2 >&2
    extract junit-10.xsd "$work/pytest-8.4.2.tar.gz" \
        86c0d0b93306b961d58d62a4db4879f27fe25513d4b969df351abdddb3c30e01 pytest-8.4.2/testing/example_scripts/junit-10.xsd
fi
