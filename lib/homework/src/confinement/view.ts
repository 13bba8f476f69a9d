import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ownModules, packageFolder } from '../project';

/** Top folders of a Linux system that hold its programs; they may be links into /usr. */
const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** What programs ask for in /etc: how to find libraries, fonts and time zones. No names, no secrets. */
const SETTINGS = [
  ...['/etc/alternatives', '/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
  ...['/etc/fonts', '/etc/localtime', '/etc/timezone', '/etc/nsswitch.conf'],
];

/** Arguments of bubblewrap for what is to be seen: the system and the packages, to read only. */
export function readOnlyView(readable: readonly string[]): readonly string[] {
  const own = [process.execPath, ...packages(), ...readable].filter((path) => existsSync(path));
  return [
    ...PROGRAMS.filter((path) => existsSync(path)).flatMap(asItIs),
    ...SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]),
    ...own.filter((path) => !path.startsWith('/usr/')).flatMap((path) => ['--ro-bind', path, path]),
  ];
}

function asItIs(path: string): readonly string[] {
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/** The folder of packages, and where links in it lead: npm links those of a workspace. */
function packages(): readonly string[] {
  const modules = ownModules();
  const scopes = readdirSync(modules).filter((name) => name.startsWith('@'));
  const linked = [modules, ...scopes.map((scope) => join(modules, scope))].flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => realpathSync(join(folder, name))),
  );
  return [...new Set([modules, realpathSync(packageFolder), ...linked])];
}
