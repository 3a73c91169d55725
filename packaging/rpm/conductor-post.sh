systemctl daemon-reload >/dev/null 2>&1 || :
if [ "$1" = 1 ]; then
    # The next commit reaches the routers.
    systemctl enable --now 128T-loopback-static-routes-deploy.path 128T-loopback-static-routes-deploy.timer >/dev/null 2>&1 || :
else
    systemctl try-restart 128T-loopback-static-routes-deploy.path 128T-loopback-static-routes-deploy.timer >/dev/null 2>&1 || :
fi
exit 0
