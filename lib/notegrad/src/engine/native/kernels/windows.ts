import type * as tf from '../../tf';

export type WindowInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** The geometry as lib/notegrad/addon/convolution/window.h reads it. */
export function windowParams(w: WindowInfo): number[] {
  return [
    ...[w.batchSize, w.inHeight, w.inWidth, w.inChannels, w.outHeight, w.outWidth, w.outChannels],
    ...[w.filterHeight, w.filterWidth, w.strideHeight, w.strideWidth],
    ...[w.dilationHeight, w.dilationWidth, w.padInfo.top, w.padInfo.left],
  ];
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
    windowParams(w).every(Number.isInteger) &&
    fits(w.inHeight, w.outHeight, w.strideHeight, w.effectiveFilterHeight, top) &&
    fits(w.inWidth, w.outWidth, w.strideWidth, w.effectiveFilterWidth, left)
  );
}
