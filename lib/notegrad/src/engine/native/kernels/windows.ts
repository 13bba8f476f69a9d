import type * as tf from '../../tf';
import type { WindowParams } from '../backend/operations';

export type WindowInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** The geometry as the operations take it. */
export function windowParams(w: WindowInfo): WindowParams {
  return {
    batch: w.batchSize,
    inHeight: w.inHeight,
    inWidth: w.inWidth,
    inChannels: w.inChannels,
    outHeight: w.outHeight,
    outWidth: w.outWidth,
    outChannels: w.outChannels,
    kernelHeight: w.filterHeight,
    kernelWidth: w.filterWidth,
    strideHeight: w.strideHeight,
    strideWidth: w.strideWidth,
    dilationHeight: w.dilationHeight,
    dilationWidth: w.dilationWidth,
    padTop: w.padInfo.top,
    padLeft: w.padInfo.left,
  };
}

/**
 * Whether the native operations take it. tfjs reckons the width of an output from the kernel's
 * height when the padding is a number, so that windows may be fewer than the image has room for;
 * and NCHW is left to tfjs.
 */
export function isSupportedWindow(w: WindowInfo): boolean {
  const fits = (length: number, windows: number, stride: number, extent: number, pad: number) => {
    const last = (windows - 1) * stride + extent;
    const padAfter = Math.max(0, last - length - pad);
    return windows >= 1 && Math.floor((length + pad + padAfter - extent) / stride) + 1 === windows;
  };
  const { top, left } = w.padInfo;
  return (
    w.dataFormat === 'channelsLast' &&
    Object.values(windowParams(w)).every(Number.isInteger) &&
    fits(w.inHeight, w.outHeight, w.strideHeight, w.effectiveFilterHeight, top) &&
    fits(w.inWidth, w.outWidth, w.strideWidth, w.effectiveFilterWidth, left)
  );
}
