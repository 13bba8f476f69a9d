import { join } from 'node:path';
import { projectDataFolder } from '../data/files/folder';

/**
 * Where the checkpoint of a run belongs: `data/checkpoints/<name>.safetensors` of the project, which
 * git ignores. It stays there when `NOTEGRAD_DATA` names another folder for the data sets, which may
 * be shared or read-only.
 */
export function checkpointFile(name: string): string {
  return join(projectDataFolder(), 'checkpoints', `${name}.safetensors`);
}
