import { NotegradError } from './errors';
/** How much a notebook computes. */
export type ProfileName = 'quick' | 'full';

/**
 * The settings of the profile that `NOTEGRAD_PROFILE` names: `quick` (the default; minutes for all
 * notebooks) or `full` (what the handout asks for). A notebook states both in one place.
 *
 * @throws when `NOTEGRAD_PROFILE` names neither
 */
export function profile<Settings extends object>(
  settings: Readonly<Record<ProfileName, Settings>>,
): Settings & { readonly name: ProfileName } {
  const name = process.env.NOTEGRAD_PROFILE || 'quick';
  if (name !== 'quick' && name !== 'full') {
    throw new NotegradError(`unknown profile: ${name} (NOTEGRAD_PROFILE takes quick or full)`);
  }
  return { ...settings[name], name };
}
