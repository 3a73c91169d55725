#!/bin/sh
# Installs what other people's formats are checked with: install.sh FOLDER. Does nothing where it is complete.
#
#   FOLDER/venv                     check-jsonschema, yamllint, pre-commit, xmlschema
#   FOLDER/sarif-2.1.0.schema.json  OASIS's schema, as Microsoft's package jest-sarif brings it
#   FOLDER/junit-10.xsd             the schema of Jenkins' xUnit plugin, as pytest's sources bring it
set -eu

folder=$1
here=$(dirname "$0")
mkdir -p "$folder"
"$here/../salt/venv.sh" "$folder/venv" "$here/requirements.txt"

# extract NAME ARCHIVE SHA256 MEMBER: a file out of an archive that is as it was when this was written.
extract() {
    echo "$3  $2" | sha256sum --check --quiet >&2
    tar --extract --gzip --to-stdout --file "$2" "$4" >"$folder/.$1.$$"
    mv "$folder/.$1.$$" "$folder/$1"
    rm "$2"
}

if ! [ -s "$folder/sarif-2.1.0.schema.json" ]; then
    curl --fail --silent --show-error --location --retry 3 --output "$folder/jest-sarif.$$.tgz" \
        https://registry.npmjs.org/@microsoft/jest-sarif/-/jest-sarif-1.0.0-beta.0.tgz
    extract sarif-2.1.0.schema.json "$folder/jest-sarif.$$.tgz" \
        748e2c3d1a842e7bb258416685c7ea3a0da40005b72267b2052c2856d48ad102 package/lib/schemas/sarif-2.1.0-rtm.5.json
fi
if ! [ -s "$folder/junit-10.xsd" ]; then
    "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$folder" pytest==8.4.2 >&2
    extract junit-10.xsd "$folder/pytest-8.4.2.tar.gz" \
        86c0d0b93306b961d58d62a4db4879f27fe25513d4b969df351abdddb3c30e01 pytest-8.4.2/testing/example_scripts/junit-10.xsd
fi
