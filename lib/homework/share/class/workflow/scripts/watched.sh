#!/usr/bin/env bash
# Runs a command that touches a file again and again, and kills it where it has not done so for some seconds:
#   watched.sh FILE SECONDS COMMAND…
# What hangs, ends as what fails does. Times of the file are compared with one another alone, as the file may lie on
# a machine of another time.
alive="$1" seconds="$2"
shift 2
mkdir -p "$(dirname "$alive")"
touch "$alive"
"$@" &
command=$!
trap 'kill -TERM "$command"' TERM INT
last='' silent=0
while kill -0 "$command" 2> /dev/null; do
  sleep 1 &
  wait -n "$command" $!
  now="$(stat -c %y "$alive" 2> /dev/null || true)"
  if [ "$now" = "$last" ]; then silent=$((silent + 1)); else silent=0; fi
  last="$now"
  if [ "$silent" -gt "$seconds" ]; then
    echo "it did not answer for $seconds seconds, and is ended" >&2
    kill -KILL "$command"
    break
  fi
done
wait "$command"
status=$?
rm -f "$alive"
# The last pause would outlive us.
kill $(jobs -pr) 2> /dev/null
exit "$status"
