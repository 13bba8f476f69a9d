#!/bin/sh
# Says `success`, `running` or `failed` of a job of Slurm. One that waits to be run anew on another node, since its
# own died, is running; so is one of which nobody can say anything now, as slurmctld does not answer.
said=$(scontrol show job --oneliner "$1" 2>&1)
state=$(echo "$said" | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p')
if [ -z "$state" ]; then
  case "$said" in
    *"Invalid job id"*) state=$(sacct --noheader --allocations --format=State --jobs="$1" 2>/dev/null | awk 'NR == 1 { print $1 }') ;;
    *) state=UNKNOWN ;;
  esac
fi
case "$state" in
  COMPLETED) echo success ;;
  PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | STOPPED | RESIZING | SIGNALING | STAGE_OUT | \
    REQUEUED | REQUEUE_FED | REQUEUE_HOLD | SPECIAL_EXIT | RESV_DEL_HOLD | UNKNOWN) echo running ;;
  *) echo failed ;;
esac
