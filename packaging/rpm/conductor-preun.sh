# Before the last version is removed: take the stanza out of Salt's top file, before Salt misses the
# files that it names.
if [ "$1" = 0 ]; then
    systemctl disable --now 128T-loopback-static-routes-deploy.path 128T-loopback-static-routes-deploy.timer >/dev/null 2>&1 || :
    systemctl stop 128T-loopback-static-routes-deploy.service >/dev/null 2>&1 || :
    /usr/bin/loopback-static-routes deploy --undo || {
        echo "cannot disconnect the documents from Salt; remove the stanza of loopback-static-routes from top.sls" >&2
    }
fi
exit 0
