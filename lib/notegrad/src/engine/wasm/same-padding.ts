import type { Kernel } from './kernel';
import { convolutionWindows } from './windows';

/**
 * A convolution that is told how much padding `same` is: left to itself, XNNPACK returns zeros when
 * the stride is greater than the filter.
 */
export function withSamePadding(convolve: Kernel, isDepthwise = false): Kernel {
  return (call) => {
    const { inputs, attrs } = call;
    if (attrs.pad !== 'same') return convolve(call);
    const windows = convolutionWindows(attrs, inputs.x.shape, inputs.filter.shape, isDepthwise);
    const { top, bottom, left, right } = windows.padInfo;
    const pad = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    return convolve({ ...call, attrs: { ...attrs, pad } });
  };
}
