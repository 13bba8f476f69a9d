import { HEAD, headOf } from './frames';

/** Cuts what comes in pieces into whole frames, heads included, without looking into them. */
export class FrameReader {
  private pieces: Buffer[] = [];
  private length = 0;

  /** @throws RangeError where what comes is no frame, or too large a one */
  push(piece: Buffer): readonly Buffer[] {
    this.pieces.push(piece);
    this.length += piece.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.length < HEAD) break;
      if (this.pieces[0].length < HEAD) this.pieces = [Buffer.concat(this.pieces)];
      const wanted = HEAD + headOf(this.pieces[0]).length;
      if (this.length < wanted) break;
      const whole = Buffer.concat(this.pieces);
      frames.push(whole.subarray(0, wanted));
      this.pieces = [whole.subarray(wanted)];
      this.length -= wanted;
    }
    return frames;
  }
}
