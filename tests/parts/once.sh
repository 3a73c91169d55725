# A function for the scripts that install parts. They source this file, from the root of the
# repository.

# once NAME KEY: links target/parts/NAME to the folder KEY of the user's cache, which all checkouts
# share. The function `install` fills `$folder` if no earlier run did.
once() {
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/loopback-static-routes/$2
    mkdir -p "${folder%/*}" target/parts

    # Two runs may start at the same time.
    exec 9>"$folder.lock"
    flock 9
    if ! [ -e "$folder/complete" ]; then
        rm -rf "$folder"
        mkdir "$folder"
        install
        touch "$folder/complete"
    fi
    ln -sfn "$folder" "target/parts/$1"
}
