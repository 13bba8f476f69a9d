import * as tf from './tfjs';

type SliceInfo = ReturnType<typeof tf.slice_util.sliceInfo>;

/** What a strided slice of a tensor of such a shape takes, with the attributes of tfjs's kernel. */
export function sliceInfo(shape: number[], attrs: object): SliceInfo {
  const { begin, end, strides, ...masks } = attrs as tf.StridedSliceAttrs;
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = masks;
  return tf.slice_util.sliceInfo(
    shape,
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
}
