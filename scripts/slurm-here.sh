#!/usr/bin/env bash
# A Slurm of two nodes (or more) on this machine, for trying what runs on a cluster; as root, with Debian's
# slurm-wlm and munge:
#   scripts/slurm-here.sh start FOLDER [NODES]   then: export SLURM_CONF=FOLDER/slurm.conf
#   scripts/slurm-here.sh stop FOLDER
# All that it writes is in FOLDER. The processes of node N have their ids in FOLDER/slurmd-nN.pid.
set -euo pipefail

# Slurm asks getaddrinfo, which passes over an interface that has 127.0.0.1 alone.
ADDRESS=192.0.2.17

usage() {
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
[ $# -ge 2 ] || usage
command="$1"
mkdir -p "$2"
folder="$(realpath "$2")"
nodes="${3:-2}"

start() {
  for program in munged slurmctld slurmd ip; do
    command -v "$program" > /dev/null || {
      echo "slurm-here: $program is not installed (Debian: apt-get install slurm-wlm munge iproute2)" >&2
      exit 1
    }
  done
  if ! ip -oneline address show dev lo | grep -q "$ADDRESS/"; then
    ip address add "$ADDRESS/32" dev lo
    touch "$folder/address"
  fi
  mkdir -p "$folder/munge" "$folder/state"
  head -c 1024 /dev/urandom > "$folder/munge/key"
  chmod 700 "$folder/munge" && chmod 400 "$folder/munge/key"
  munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
  local host cores memory
  host="$(hostname -s)"
  cores="$(nproc)"
  memory="$(awk '/^MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo)"
  cat > "$folder/cgroup.conf" << END
CgroupPlugin=cgroup/v1
ConstrainRAMSpace=yes
END
  cat > "$folder/slurm.conf" << END
ClusterName=here
SlurmctldHost=$host($ADDRESS)
SlurmctldPort=${SLURM_HERE_PORT:-16817}
SlurmctldAddr=$ADDRESS
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdLogFile=$folder/slurmd-%n.log
SlurmdSpoolDir=$folder/spool-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/cgroup
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=5
ReturnToService=2
SlurmdTimeout=15
MinJobAge=600
MpiDefault=none
SwitchType=switch/none
SlurmdParameters=config_overrides
END
  for node in $(seq "$nodes"); do
    echo "NodeName=n$node NodeHostname=$host NodeAddr=$ADDRESS Port=$((${SLURM_HERE_PORT:-16817} + node))" \
      "CPUs=$cores RealMemory=$memory State=UNKNOWN" >> "$folder/slurm.conf"
  done
  echo "PartitionName=all Nodes=n[1-$nodes] Default=YES MaxTime=INFINITE State=UP" >> "$folder/slurm.conf"
  export SLURM_CONF="$folder/slurm.conf"
  slurmctld
  for node in $(seq "$nodes"); do slurmd -N "n$node"; done
  for _ in $(seq 60); do
    if [ "$(sinfo --noheader --Node --states=idle | wc -l)" -eq "$nodes" ]; then
      sinfo
      echo "export SLURM_CONF=$SLURM_CONF"
      return
    fi
    sleep 0.5
  done
  echo "slurm-here: not all nodes are ready; see $folder/*.log" >&2
  stop
  exit 1
}

stop() {
  for file in "$folder"/slurmd-*.pid "$folder/slurmctld.pid" "$folder/munge/pid"; do
    [ -s "$file" ] && kill "$(cat "$file")" 2> /dev/null || true
  done
  if [ -e "$folder/address" ]; then
    ip address delete "$ADDRESS/32" dev lo || true
    rm "$folder/address"
  fi
}

case "$command" in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
