import { PDFDict, type PDFDocument, PDFHexString, PDFName, PDFString } from '@pdfme/pdf-lib';
import { escapeHtml } from 'notegrad/tooling';

/** What a PDF says of itself. */
export interface PdfTitle {
  readonly title: string;
  readonly authors: readonly string[];
  readonly language: string;
}

const PRODUCER = 'notegrad';
const name = (text: string) => PDFName.of(text);

/** Title, authors and language, in both of the forms that PDFs have, and PDF/UA-1's own mark. */
export function writeMetadata(pdf: PDFDocument, { title, authors, language }: PdfTitle): void {
  const now = new Date();
  pdf.setTitle(title, { showInWindowTitleBar: true });
  pdf.setAuthor(authors.join(', '));
  pdf.setCreator(PRODUCER);
  pdf.setProducer(PRODUCER);
  pdf.setCreationDate(now);
  pdf.setModificationDate(now);
  pdf.setLanguage(language);
  pdf.catalog.set(name('Metadata'), pdf.context.register(xmp(pdf, title, authors, language, now)));
  for (const page of pdf.getPages()) {
    for (const each of page.node.Annots()?.asArray() ?? []) {
      const annotation = pdf.context.lookup(each, PDFDict);
      if (!annotation.has(name('Contents'))) {
        annotation.set(name('Contents'), PDFHexString.fromText(targetOf(annotation)));
      }
    }
  }
}

/** Where a link leads, in words. */
function targetOf(annotation: PDFDict): string {
  const address = annotation.lookupMaybe(name('A'), PDFDict)?.lookup(name('URI'));
  if (address instanceof PDFString || address instanceof PDFHexString) return address.decodeText();
  return 'to a place in this report';
}

function xmp(
  pdf: PDFDocument,
  title: string,
  authors: readonly string[],
  language: string,
  now: Date,
) {
  const list = authors.map((author) => `<rdf:li>${escapeHtml(author)}</rdf:li>`).join('');
  const date = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const packet = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeHtml(title)}</rdf:li></rdf:Alt></dc:title>
${authors.length > 0 ? `<dc:creator><rdf:Seq>${list}</rdf:Seq></dc:creator>` : ''}
<dc:language><rdf:Bag><rdf:li>${language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>${PRODUCER}</pdf:Producer>
<xmp:CreatorTool>${PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>${date}</xmp:CreateDate>
<xmp:ModifyDate>${date}</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
  return pdf.context.stream(new TextEncoder().encode(packet), { Type: 'Metadata', Subtype: 'XML' });
}
