import { checkRecords } from './checks';
import { NotegradError } from './errors';
import { inNotebook } from './tslab';

const QUICK_BY_DEFAULT =
  'profile: quick (less than the handout asks for; saving replaces the stored outputs. ' +
  'Jupyter started with NOTEGRAD_PROFILE=full computes all of it)';

/** How much a notebook computes. */
export type ProfileName = 'quick' | 'full';

/**
 * The settings of the profile that `NOTEGRAD_PROFILE` names: `quick` (the default; minutes for all
 * notebooks) or `full` (what the handout asks for). A notebook states both in one place. One that is
 * run by hand, where nothing names a profile, says so: its outputs may be about to replace fuller ones.
 *
 * @throws when `NOTEGRAD_PROFILE` names neither
 */
export function profile<Settings extends object>(
  settings: Readonly<Record<ProfileName, Settings>>,
): Settings & { readonly name: ProfileName } {
  checkRecords({ settings }, NotegradError);
  const asked = process.env.NOTEGRAD_PROFILE;
  if (!asked && inNotebook()) console.log(QUICK_BY_DEFAULT);
  const name = asked || 'quick';
  if (name !== 'quick' && name !== 'full') {
    throw new NotegradError(`unknown profile: ${name} (NOTEGRAD_PROFILE takes quick or full)`);
  }
  return { ...settings[name], name };
}
