# Read by the fish of a session after the configuration. Root's own one stays in use where the caller is another user: fish
# writes to its folder.
if test "$EXTRA_CONTAINER_HOME" != "$HOME"
    set --prepend fish_function_path $EXTRA_CONTAINER_HOME/.config/fish/functions
    for file in $EXTRA_CONTAINER_HOME/.config/fish/conf.d/*.fish $EXTRA_CONTAINER_HOME/.config/fish/config.fish
        test -r $file; and source $file
    end
end
set --global --export PATH (string split : -- $EXTRA_CONTAINER_PATH)
set --erase EXTRA_CONTAINER_PATH
for helper in (string split ' ' -- $EXTRA_CONTAINER_HELPERS)
    # bash finds them in the environment: helpers.bash exports them.
    function $helper --inherit-variable helper
        # fish may hand the terminal over, and set its modes, after bash has begun; it puts no function into the background.
        EC_TERMINAL=late bash -c '"$0" "$@"' $helper $argv
    end
end
