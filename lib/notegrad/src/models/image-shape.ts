import { checkCountLists } from '../checks';
import { ModelError } from '../errors';
/** Height, width and channels of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** @throws ModelError for what is not height, width and channels */
export function checkImageShape(inputShape: ImageShape): void {
  checkCountLists({ inputShape }, ModelError);
  if (inputShape.length === 3) return;
  throw new ModelError(
    `invalid inputShape: [${inputShape.join(', ')}] (expected [height, width, channels])`,
  );
}
