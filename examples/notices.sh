#!/bin/sh
# One line a notice, beside this file. ORCHESTRA_NOTICE_* has its parts; all of it is on standard input as JSON.
printf '%s %s %s\n' "$(date +%T)" "$ORCHESTRA_NOTICE_SEVERITY" "$ORCHESTRA_NOTICE_TITLE" >>notices.log
