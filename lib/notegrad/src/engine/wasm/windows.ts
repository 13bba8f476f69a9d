import * as tf from '../tf';
import type { Call } from './kernel';

export type Shape4D = [number, number, number, number];

/** How the windows of a convolution or a pooling lie on an image: sizes, strides and padding. */
export type Windows = tf.backend_util.Conv2DInfo;

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number] | null;
  readonly pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** @param isDepthwise whether each channel has filters of its own, [kh, kw, channels, multiplier] */
export function convolutionWindows(
  attrs: Call['attrs'],
  inputShape: number[],
  filterShape: number[],
  isDepthwise = false,
): Windows {
  const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
}

export function poolingWindows(attrs: Call['attrs'], inputShape: number[]): Windows {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.backend_util.computePool2DInfo(
    inputShape as Shape4D,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/**
 * Whether there are windows, as many as fit. tfjs makes them more or fewer for a padding given as a
 * number, where strides or sides differ or a rounding mode asks for it.
 */
export function areAsManyAsFit(windows: Windows): boolean {
  const { padInfo, effectiveFilterHeight, effectiveFilterWidth } = windows;
  const height = windows.inHeight + padInfo.top + padInfo.bottom - effectiveFilterHeight;
  const width = windows.inWidth + padInfo.left + padInfo.right - effectiveFilterWidth;
  return (
    windows.outHeight > 0 &&
    windows.outWidth > 0 &&
    Math.floor(height / windows.strideHeight) + 1 === windows.outHeight &&
    Math.floor(width / windows.strideWidth) + 1 === windows.outWidth
  );
}
