import type { Patch } from '../patch';
import { assignedVariables } from './assigned-variables';
import { compiledMinimize } from './compiled-minimize';
import { gradientPaths } from './gradient-paths';

/** What the native engine changes in tfjs when it is registered. */
export const nativePatches: readonly Patch[] = [gradientPaths, compiledMinimize, assignedVariables];
