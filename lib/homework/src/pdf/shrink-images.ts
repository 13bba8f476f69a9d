import {
  decodePDFRawStream,
  type PDFContext,
  type PDFDict,
  type PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFRawStream,
} from '@pdfme/pdf-lib';

/** How pictures are kept: `high` as they are, `normal` and `low` with less of a photograph's detail. */
export type Quality = 'low' | 'normal' | 'high';

/** Of a JPEG, from 1 to 100. */
const JPEG: Readonly<Record<Exclude<Quality, 'high'>, number>> = { low: 55, normal: 82 };
/** At `low`, 150 dots an inch across the text of a page. */
const WIDEST_AT_LOW = 1020;
const PALETTE = 256;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel. */
  readonly pixels: Uint8Array;
}

/**
 * Packs the pictures that Chromium stored pixel by pixel: those of few colours, such as plots, with a
 * palette, which loses nothing, and photographs as JPEG.
 */
export async function shrinkImages(pdf: PDFDocument, quality: Quality): Promise<void> {
  for (const [ref, object] of pdf.context.enumerateIndirectObjects()) {
    const picture = object instanceof PDFRawStream && pictureOf(object);
    if (!picture) continue;
    const smaller = await shrink(pdf.context, object.dict, picture, quality);
    if (smaller && smaller.contents.length < object.contents.length) {
      pdf.context.assign(ref, smaller);
    }
  }
}

function pictureOf(stream: PDFRawStream): Picture | undefined {
  const { dict } = stream;
  const is = (key: string, value: string) => dict.get(PDFName.of(key)) === PDFName.of(value);
  if (!is('Subtype', 'Image') || !is('Filter', 'FlateDecode')) return undefined;
  const number = (key: string) => dict.lookupMaybe(PDFName.of(key), PDFNumber)?.asNumber() ?? 0;
  const [width, height] = [number('Width'), number('Height')];
  const pixels = decodePDFRawStream(stream).decode();
  return pixels.length === width * height * 3 ? { width, height, pixels } : undefined;
}

async function shrink(
  context: PDFContext,
  dict: PDFDict,
  picture: Picture,
  quality: Quality,
): Promise<PDFRawStream | undefined> {
  const indexed = withPalette(picture);
  const space = dict.get(PDFName.of('ColorSpace')) ?? PDFName.of('DeviceRGB');
  if (indexed) {
    const { colours, indices } = indexed;
    const palette = PDFHexString.of(Buffer.from(colours).toString('hex'));
    const last = colours.length / 3 - 1;
    const packed = context.flateStream(indices);
    return like(context, dict, packed.contents, {
      Filter: 'FlateDecode',
      ColorSpace: context.obj([PDFName.of('Indexed'), space, last, palette]),
    });
  }
  if (quality === 'high') return undefined;
  const { default: sharp } = await import('sharp');
  const { width, height, pixels } = picture;
  const wide = quality === 'low' ? Math.min(width, WIDEST_AT_LOW) : width;
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: wide })
    .jpeg({ quality: JPEG[quality], mozjpeg: true, chromaSubsampling: '4:4:4' })
    .toBuffer({ resolveWithObject: true });
  const size = { Width: info.width, Height: info.height };
  return like(context, dict, data, { Filter: 'DCTDecode', ...size });
}

/** The same picture in other bytes. */
function like(
  context: PDFContext,
  dict: PDFDict,
  bytes: Uint8Array,
  changes: Parameters<PDFContext['stream']>[1] & object,
): PDFRawStream {
  const changed = dict.clone(context);
  for (const [key, value] of Object.entries({ ...changes, Length: bytes.length })) {
    changed.set(PDFName.of(key), typeof value === 'object' ? value : context.obj(value));
  }
  changed.delete(PDFName.of('DecodeParms'));
  return PDFRawStream.of(changed, bytes);
}

function withPalette({ pixels }: Picture) {
  const places = new Map<number, number>();
  const indices = new Uint8Array(pixels.length / 3);
  for (let i = 0; i < indices.length; i++) {
    const colour = (pixels[3 * i] << 16) | (pixels[3 * i + 1] << 8) | pixels[3 * i + 2];
    let place = places.get(colour);
    if (place === undefined) {
      if (places.size === PALETTE) return undefined;
      place = places.size;
      places.set(colour, place);
    }
    indices[i] = place;
  }
  const colours = [...places.keys()].flatMap((each) => [each >> 16, (each >> 8) & 255, each & 255]);
  return { colours, indices };
}
