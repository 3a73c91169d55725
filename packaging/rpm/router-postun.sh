systemctl daemon-reload >/dev/null 2>&1 || :
if [ "$1" = 0 ]; then
    # The package lists files only, so remove its folders here.
    rm -rf /var/lib/loopback-static-routes
    rmdir /usr/share/doc/128T-loopback-static-routes-router 2>/dev/null || :
fi
exit 0
