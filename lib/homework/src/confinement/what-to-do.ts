import { existsSync, readFileSync } from 'node:fs';

const APPARMOR = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
const CLONE = '/proc/sys/kernel/unprivileged_userns_clone';
const MOST = '/proc/sys/user/max_user_namespaces';

const CONTAINER = `
In a container, let it make namespaces: docker run --security-opt seccomp=unconfined
  --security-opt apparmor=unconfined --security-opt systempaths=unconfined … (podman: --security-opt unmask=ALL)`;

/** What to do where bubblewrap did not start, by what it said and how the kernel is set; each on a line. */
export function whatToDo(said: string, settingOf: (file: string) => string = settingIn): string {
  if (!/namespace|uid map|Operation not permitted|Permission denied|mount/i.test(said)) return '';
  if (settingOf(APPARMOR) === '1') {
    return `
AppArmor keeps users from making namespaces, as Ubuntu 24.04 does. Let bubblewrap make them, as root:
  printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }\\n' \\
    > /etc/apparmor.d/bwrap && apparmor_parser -r /etc/apparmor.d/bwrap`;
  }
  if (settingOf(CLONE) === '0') {
    return '\nThe kernel keeps users from making namespaces. As root: sysctl kernel.unprivileged_userns_clone=1';
  }
  if (settingOf(MOST) === '0') {
    return '\nThe kernel allows no user namespaces. As root: sysctl user.max_user_namespaces=15000';
  }
  return CONTAINER;
}

function settingIn(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
