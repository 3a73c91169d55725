#compdef handle_loopback_static_route_config

autoload -U is-at-least

_handle_loopback_static_route_config() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_handle_loopback_static_route_config_commands" \
"*::: :->handle_loopback_static_route_config" \
&& ret=0
    case $state in
    (handle_loopback_static_route_config)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:handle_loopback_static_route_config-command-$line[1]:"
        case $line[1] in
            (apply)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--wait[Wait for the end of a trial; the default on a terminal]' \
'(--wait)--no-wait[Leave a trial to the watch]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--format=[The format of the output]:FORMAT:((text\:"Text, in 80 columns"
json\:"JSON, like --json"
openmetrics\:"Metrics, for the textfile folder of the node exporter"))' \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'(--summary)--all[Show all routes, not only those that differ]' \
'--summary[Show no routes; the output is smaller than 1 kB]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(confirm)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(revert)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--wait[Wait for the end of a trial; the default on a terminal]' \
'(--wait)--no-wait[Leave a trial to the watch]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(hold)
_arguments "${_arguments_options[@]}" : \
'--reason=[Why, for those who look at the status]:TEXT:_default' \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--now[Remove the routes without a trial]' \
'--wait[Wait for the end of a trial; the default on a terminal]' \
'(--wait)--no-wait[Leave a trial to the watch]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(release)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--wait[Wait for the end of a trial; the default on a terminal]' \
'(--wait)--no-wait[Leave a trial to the watch]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--now[Remove the routes without a trial]' \
'--wait[Wait for the end of a trial; the default on a terminal]' \
'(--wait)--no-wait[Leave a trial to the watch]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(salt-state)
_arguments "${_arguments_options[@]}" : \
'--config=[The document that Salt delivers; a relative path starts at the working directory]:FILE:_files' \
'--root=[A folder to prepend to every absolute path, including that of the document]:DIR:_files' \
'--lock-wait=[Wait this long for another run to end]:SECONDS:_default' \
'--boot-id=[The identifier of this boot, if /proc/sys cannot be read]:ID:_default' \
'--color=[Print colours\: auto, always or never; auto respects NO_COLOR]:WHEN:(auto always never)' \
'--strict[Exit 1 for every verdict but in-agreement and held]' \
'--test[Do not run the service, and show whether it would change something]' \
'--quiet[Print only changes, and each state and error once\: when it begins, and when it ends]' \
'--json[Print the result as JSON]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_handle_loopback_static_route_config__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:handle_loopback_static_route_config-help-command-$line[1]:"
        case $line[1] in
            (apply)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(confirm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(revert)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(hold)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(release)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(salt-state)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_handle_loopback_static_route_config_commands] )) ||
_handle_loopback_static_route_config_commands() {
    local commands; commands=(
'apply:Apply the document to the route file and the kernel, as the service does' \
'status:Show the state of document, file and kernel, and what to do next; exit 1 if they differ' \
'check:Show what apply would do, without doing it; exit 1 if it would change something' \
'confirm:Keep the routes that are tried, or apply a change that waits or was rejected' \
'revert:Restore the routes from before the trial, and reject those that are tried' \
'hold:Remove the plugin'\''s routes and its part of the route file, and keep the plugin off' \
'release:End a hold, and try a rejected configuration again' \
'remove:Remove the plugin'\''s routes and its part of the route file, regardless of the document' \
'salt-state:Run the service, and print the result for the Salt state' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'handle_loopback_static_route_config commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__apply_commands] )) ||
_handle_loopback_static_route_config__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config apply commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__check_commands] )) ||
_handle_loopback_static_route_config__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config check commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__confirm_commands] )) ||
_handle_loopback_static_route_config__subcmd__confirm_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config confirm commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help_commands] )) ||
_handle_loopback_static_route_config__subcmd__help_commands() {
    local commands; commands=(
'apply:Apply the document to the route file and the kernel, as the service does' \
'status:Show the state of document, file and kernel, and what to do next; exit 1 if they differ' \
'check:Show what apply would do, without doing it; exit 1 if it would change something' \
'confirm:Keep the routes that are tried, or apply a change that waits or was rejected' \
'revert:Restore the routes from before the trial, and reject those that are tried' \
'hold:Remove the plugin'\''s routes and its part of the route file, and keep the plugin off' \
'release:End a hold, and try a rejected configuration again' \
'remove:Remove the plugin'\''s routes and its part of the route file, regardless of the document' \
'salt-state:Run the service, and print the result for the Salt state' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'handle_loopback_static_route_config help commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__apply_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__apply_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help apply commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__check_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help check commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__confirm_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__confirm_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help confirm commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__help_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help help commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__hold_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__hold_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help hold commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__release_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__release_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help release commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__remove_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help remove commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__revert_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__revert_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help revert commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__salt-state_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__salt-state_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help salt-state commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__help__subcmd__status_commands] )) ||
_handle_loopback_static_route_config__subcmd__help__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config help status commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__hold_commands] )) ||
_handle_loopback_static_route_config__subcmd__hold_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config hold commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__release_commands] )) ||
_handle_loopback_static_route_config__subcmd__release_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config release commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__remove_commands] )) ||
_handle_loopback_static_route_config__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config remove commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__revert_commands] )) ||
_handle_loopback_static_route_config__subcmd__revert_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config revert commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__salt-state_commands] )) ||
_handle_loopback_static_route_config__subcmd__salt-state_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config salt-state commands' commands "$@"
}
(( $+functions[_handle_loopback_static_route_config__subcmd__status_commands] )) ||
_handle_loopback_static_route_config__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'handle_loopback_static_route_config status commands' commands "$@"
}

if [ "$funcstack[1]" = "_handle_loopback_static_route_config" ]; then
    _handle_loopback_static_route_config "$@"
else
    compdef _handle_loopback_static_route_config handle_loopback_static_route_config
fi
