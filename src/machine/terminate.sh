#!/bin/sh
# Ends units at once, without an orderly shutdown, and makes systemd forget that they failed. Arguments: unit names.
# One script, since entering a private manager for each call costs as much as the call.
systemctl --no-ask-password kill --signal=KILL -- "$@"
systemctl --no-ask-password stop -- "$@"
systemctl --no-ask-password reset-failed -- "$@"
